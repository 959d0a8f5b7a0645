import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { Badge, Button, Dialog, Empty, Once, Table } from "~/ui";
import { Listed } from "../Listed";
import { Section } from "../Section";
import css from "../settings.module.css";
import { useList } from "../useList";
import { DestinationActions } from "./DestinationActions";
import { DestinationForm } from "./DestinationForm";
import { Messages } from "./Messages";

export const DESTINATIONS = ["destinations"] as const;

/** What lies over the list. */
export type Over =
  | { readonly what: "form"; readonly of: models.Destination | null }
  | { readonly what: "messages"; readonly of: models.Destination }
  | { readonly what: "secret"; readonly secret: string };

/** Other systems that are told what happens here. */
export function Destinations() {
  const { t } = useTranslation();
  const [over, setOver] = useState<Over | null>(null);
  const close = () => setOver(null);
  const query = useList(DESTINATIONS, () => api().listDestinations());
  const add = (
    <Button look="primary" onClick={() => setOver({ what: "form", of: null })}>
      <Plus aria-hidden />
      {t("settings.destinationAdd")}
    </Button>
  );
  return (
    <Section
      first
      title={t("settings.section.destinations")}
      text={t("settings.destinationsText")}
      actions={query.data?.length ? add : null}
    >
      <Listed query={query} empty={<Empty title={t("settings.noDestinations")}>{add}</Empty>}>
        {(all) => <Rows all={all} onOpen={setOver} />}
      </Listed>
      {over?.what === "form" ? (
        <DestinationForm
          destination={over.of}
          onClose={close}
          onSecret={(secret) => setOver({ what: "secret", secret })}
        />
      ) : null}
      {over?.what === "messages" ? <Messages destination={over.of} onClose={close} /> : null}
      {over?.what === "secret" ? <SecretShown secret={over.secret} onClose={close} /> : null}
    </Section>
  );
}

interface RowsProps {
  readonly all: readonly models.Destination[];
  readonly onOpen: (over: Over) => void;
}

function Rows({ all, onOpen }: RowsProps) {
  const { t } = useTranslation();
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">{t("common.name")}</th>
          <th scope="col">{t("settings.events")}</th>
          <th scope="col">
            <span className="visually-hidden">{t("settings.actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {all.map((one) => (
          <tr key={one.id}>
            <td>
              <span className={css.strong}>{one.name}</span>{" "}
              {one.disabled ? <Badge tone="warn">{t("settings.disabled")}</Badge> : null}
              <br />
              <span className={css.muted}>{one.url}</span>
            </td>
            <td>{one.events.map((event) => t(`settings.event.${event}`, event)).join(", ")}</td>
            <td className={css.right}>
              <DestinationActions destination={one} onOpen={onOpen} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function SecretShown({
  secret,
  onClose,
}: {
  readonly secret: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog
      open
      title={t("settings.secret")}
      text={t("settings.secretText")}
      onClose={onClose}
      foot={
        <Button look="primary" onClick={onClose}>
          {t("settings.tokenKept")}
        </Button>
      }
    >
      <Once label={t("settings.secret")} value={secret} hint={t("settings.onceHint")} />
    </Dialog>
  );
}
