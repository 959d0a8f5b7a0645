import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache, useGrant } from "~/api/queries";
import { whole } from "~/api/whole";
import { Button, confirm, Table, tell, tellFailure, When } from "~/ui";
import { Section } from "./Section";

const AGAIN_MS = 30_000;

/** Executions that nobody tries any more. */
export function DeadLetters() {
  const { t } = useTranslation();
  const mayRedrive = useGrant("execution:write");
  const dead = useQuery({
    queryKey: ["dashboard", "dead"],
    queryFn: ({ signal }) => whole(api().listDeadLetters({ signal })),
    refetchInterval: AGAIN_MS,
  });
  const redriving = useMutation({
    mutationFn: (ids: readonly string[]) => whole(api().redriveDeadLetters({ ids })),
    onSuccess: (done) => {
      const count = done.filter((one) => one.queued).length;
      tell(t("dashboard.redriven", { count }));
      const kept = done.find((one) => one.error);
      if (kept) {
        tellFailure(new Error(kept.error));
      }
      return cache.invalidateQueries({ queryKey: ["dashboard"] });
    },
    onError: tellFailure,
  });
  const all = async () => {
    const ids = (dead.data ?? []).map((one) => one.execution_id);
    const question = {
      title: t("dashboard.redriveAllTitle", { count: ids.length }),
      text: t("dashboard.redriveAllText"),
      deed: t("dashboard.redriveAll"),
    };
    if (await confirm(question)) {
      redriving.mutate(ids);
    }
  };
  return (
    <Section
      title={t("dashboard.dead")}
      text={t("dashboard.deadText")}
      asked={dead}
      nothing={t("dashboard.noneDead")}
      actions={
        mayRedrive ? (
          <Button busy={redriving.isPending} onClick={() => void all()}>
            <RotateCcw aria-hidden />
            {t("dashboard.redriveAll")}
          </Button>
        ) : null
      }
    >
      {(found) => (
        <Table aria-label={t("dashboard.dead")}>
          <thead>
            <tr>
              <th scope="col">{t("dashboard.workflow")}</th>
              <th scope="col">{t("dashboard.reason")}</th>
              <th scope="col">{t("dashboard.since")}</th>
              <th scope="col">
                <span className="visually-hidden">{t("common.more")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((one) => (
              <Row
                key={one.execution_id}
                dead={one}
                busy={redriving.isPending}
                onRedrive={mayRedrive ? () => redriving.mutate([one.execution_id]) : null}
              />
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

interface RowProps {
  readonly dead: models.DeadLetter;
  readonly busy: boolean;
  readonly onRedrive: (() => void) | null;
}

function Row({ dead, busy, onRedrive }: RowProps) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <Link to="/executions/$execution" params={{ execution: dead.execution_id }}>
          {dead.workflow_name || dead.workflow_id}
        </Link>
      </td>
      <td>{dead.message || dead.reason}</td>
      <td>
        <When ms={dead.created_ms} ago />
      </td>
      <td>
        {onRedrive ? (
          <Button busy={busy} onClick={onRedrive}>
            <RotateCcw aria-hidden />
            {t("dashboard.redrive")}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}
