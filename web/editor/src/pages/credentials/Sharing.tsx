import { useMutation, useQuery } from "@tanstack/react-query";
import { Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { cache, useGrant } from "~/api/queries";
import { whole } from "~/api/whole";
import { Button, Failure, Field, IconButton, Loading, Select, tellFailure } from "~/ui";
import css from "./sharing.module.css";
import { type Subject, useSubjects } from "./useSubjects";

const LEVELS = { credential: ["use", "write"], workflow: ["read", "run", "write"] } as const;
type Kind = keyof typeof LEVELS;

interface Props {
  readonly kind: Kind;
  readonly id: string;
}

/** With whom one thing is shared, beside those whose role lets them use it. */
export function Sharing({ kind, id }: Props) {
  const { t } = useTranslation();
  const mayShare = useGrant(`${kind}:write`);
  const queryKey = ["shares", kind, id];
  const shares = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const asked = api().listShares(kind, id, { limit: 200, signal });
      return await whole(asked);
    },
  });
  const subjects = useSubjects();
  const changing = useMutation({
    mutationFn: ({ subject, level }: { subject: string; level: string | null }) =>
      level === null
        ? api().unshare(kind, id, subject)
        : api()
            .share(kind, id, subject, { level })
            .then(() => undefined),
    onSuccess: () => cache.invalidateQueries({ queryKey }),
    onError: tellFailure,
  });
  if (shares.isPending || subjects.isPending) {
    return <Loading lines={3} />;
  }
  const error = shares.error ?? subjects.error;
  if (error || !shares.data) {
    return <Failure error={error} onRetry={() => void shares.refetch()} />;
  }
  const named = new Map(subjects.data?.map((one) => [one.id, one]));
  const taken = new Set(shares.data.map((one) => one.subject));
  return (
    <div className={css.stack}>
      <p className={css.note}>{t(`credentials.shareText_${kind}`)}</p>
      {shares.data.length === 0 ? <p>{t("credentials.sharedWithNobody")}</p> : null}
      <ul className={css.shares}>
        {shares.data.map((one) => (
          <li key={one.subject}>
            <span>{named.get(one.subject)?.name ?? one.subject}</span>
            <Select
              aria-label={t("credentials.levelOf", { name: named.get(one.subject)?.name ?? "" })}
              value={one.level}
              disabled={!mayShare || changing.isPending}
              onChange={(event) =>
                changing.mutate({ subject: one.subject, level: event.target.value })
              }
            >
              {LEVELS[kind].map((level) => (
                <option key={level} value={level}>
                  {t(`credentials.level_${kind}.${level}`)}
                </option>
              ))}
            </Select>
            {mayShare ? (
              <IconButton
                label={t("credentials.unshare", { name: named.get(one.subject)?.name ?? "" })}
                onClick={() => changing.mutate({ subject: one.subject, level: null })}
              >
                <Trash2 aria-hidden />
              </IconButton>
            ) : null}
          </li>
        ))}
      </ul>
      {mayShare ? (
        <Adding
          kind={kind}
          free={(subjects.data ?? []).filter((one) => !taken.has(one.id))}
          busy={changing.isPending}
          onAdd={(subject, level) => changing.mutate({ subject, level })}
        />
      ) : null}
    </div>
  );
}

interface AddingProps {
  readonly kind: Kind;
  readonly free: readonly Subject[];
  readonly busy: boolean;
  readonly onAdd: (subject: string, level: string) => void;
}

function Adding({ kind, free, busy, onAdd }: AddingProps) {
  const { t } = useTranslation();
  const [subject, setSubject] = useState("");
  const [level, setLevel] = useState<string>(LEVELS[kind][0]);
  return (
    <form
      className={css.sharing}
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(subject, level);
        setSubject("");
      }}
    >
      <Field label={t("credentials.shareWith")}>
        <Select required value={subject} onChange={(event) => setSubject(event.target.value)}>
          <option value="">{t("credentials.choosePerson")}</option>
          {free.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("credentials.mayDo")}>
        <Select value={level} onChange={(event) => setLevel(event.target.value)}>
          {LEVELS[kind].map((one) => (
            <option key={one} value={one}>
              {t(`credentials.level_${kind}.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Button type="submit" disabled={!subject} busy={busy}>
        <UserPlus aria-hidden />
        {t("credentials.share")}
      </Button>
    </form>
  );
}
