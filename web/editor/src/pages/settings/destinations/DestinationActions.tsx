import { Ellipsis, KeyRound, Mail, Pencil, Send, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { confirm, type Entry, IconButton, Menu } from "~/ui";
import { useDoing } from "../useDoing";
import { DESTINATIONS, type Over } from "./Destinations";

interface Props {
  readonly destination: models.Destination;
  readonly onOpen: (over: Over) => void;
}

/** What can be done with a destination. */
export function DestinationActions({ destination, onOpen }: Props) {
  const { t } = useTranslation();
  const { id, name } = destination;
  const changes = [DESTINATIONS];
  const test = useDoing(() => api().testDestination(id), {
    changes: [["destination-messages", id]],
    told: t("settings.testArrived"),
  });
  const renew = useDoing(() => api().renewDestinationSecret(id), {
    changes,
    onDone: ({ secret }) => onOpen({ what: "secret", secret }),
  });
  const remove = useDoing(() => api().removeDestination(id), { changes });
  const ask = async (title: string, text: string, deed: string, act: () => void) => {
    if (await confirm({ title, text, deed, danger: true })) {
      act();
    }
  };
  const entries: (Entry | null)[] = [
    {
      text: t("common.edit"),
      icon: <Pencil />,
      act: () => onOpen({ what: "form", of: destination }),
    },
    {
      text: t("settings.messages"),
      icon: <Mail />,
      act: () => onOpen({ what: "messages", of: destination }),
    },
    { text: t("common.test"), icon: <Send />, act: () => test.mutate(undefined) },
    {
      text: t("settings.secretRenew"),
      icon: <KeyRound />,
      act: () =>
        void ask(
          t("settings.secretRenew"),
          t("settings.secretRenewText"),
          t("settings.secretRenewDeed"),
          () => renew.mutate(undefined),
        ),
    },
    null,
    {
      text: t("common.delete"),
      icon: <Trash2 />,
      danger: true,
      act: () =>
        void ask(
          t("settings.destinationRemove", { name }),
          t("settings.destinationRemoveText"),
          t("common.delete"),
          () => remove.mutate(undefined),
        ),
    },
  ];
  return (
    <Menu entries={entries}>
      <IconButton label={t("settings.actionsOf", { name })}>
        <Ellipsis />
      </IconButton>
    </Menu>
  );
}
