import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, Clock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { whole } from "~/api/whole";
import { Badge, Dialog, Empty, Failure, Loading, Table, type Tone, When } from "~/ui";
import css from "./alerts.module.css";
import { useCondition } from "./useCondition";

interface Props {
  readonly rule: models.AlertsRule;
  readonly onClose: () => void;
}

const TONES: Readonly<Record<models.Message["status"], Tone>> = {
  sent: "good",
  failed: "bad",
  due: "warn",
};
const ICONS = { sent: CircleCheck, failed: CircleX, due: Clock };

/** What a rule has told, and whether it arrived. */
export function Messages({ rule, onClose }: Props) {
  const { t } = useTranslation();
  const messages = useQuery({
    queryKey: ["alert-messages", rule.id],
    queryFn: ({ signal }) => whole(api().listAlertMessages(rule.id, { signal })),
    refetchInterval: 15_000,
  });
  return (
    <Dialog
      open
      wide
      title={t("alerts.messagesOf", { name: rule.name })}
      text={t("alerts.messagesText", { target: rule.target })}
      onClose={onClose}
    >
      {messages.isPending ? <Loading lines={4} /> : null}
      {messages.isError ? (
        <Failure error={messages.error} onRetry={() => void messages.refetch()} />
      ) : null}
      {messages.data?.length === 0 ? (
        <Empty title={t("alerts.noMessages")} text={t("alerts.noMessagesText")} />
      ) : null}
      {messages.data?.length ? (
        <Table aria-label={t("alerts.messages")}>
          <thead>
            <tr>
              <th scope="col">{t("alerts.when")}</th>
              <th scope="col">{t("alerts.about")}</th>
              <th scope="col">{t("alerts.outcome")}</th>
            </tr>
          </thead>
          <tbody>
            {messages.data.map((one) => (
              <Row key={one.id} rule={rule} message={one} />
            ))}
          </tbody>
        </Table>
      ) : null}
    </Dialog>
  );
}

interface RowProps {
  readonly rule: models.AlertsRule;
  readonly message: models.Message;
}

function Row({ rule, message }: RowProps) {
  const { t } = useTranslation();
  const Icon = ICONS[message.status];
  return (
    <tr>
      <td>
        <When ms={message.created_ms} />
      </td>
      <td>
        {t(`alerts.told.${message.state}`)}
        {message.state === "test" ? null : <Told rule={rule} message={message} />}
      </td>
      <td>
        <Badge tone={TONES[message.status]}>
          <Icon aria-hidden />
          {t(`alerts.status.${message.status}`)}
        </Badge>{" "}
        {message.attempts > 1 ? (
          <span className={css.note}>{t("alerts.attempts", { count: message.attempts })}</span>
        ) : null}
        {message.error ? <div className={css.error}>{message.error}</div> : null}
        {message.status === "due" && message.attempts > 0 ? (
          <div className={css.note}>
            {t("alerts.again")} <When ms={message.due_ms} ago />
          </div>
        ) : null}
      </td>
    </tr>
  );
}

/** What was seen, against the limit that counted then. */
function Told({ rule, message }: RowProps) {
  const { t } = useTranslation();
  const { condition, seen } = useCondition();
  const number = (name: string, otherwise: number) => {
    const found = message.content[name];
    return typeof found === "number" ? found : otherwise;
  };
  const then = {
    kind: rule.kind,
    threshold: number("threshold", rule.threshold),
    window_s: number("window_s", rule.window_s),
    value: typeof message.content.value === "number" ? message.content.value : null,
  };
  return (
    <div className={css.note}>
      {condition(then)} · {t("alerts.seen")}: {seen(then)}
    </div>
  );
}
