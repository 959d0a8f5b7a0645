import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { useWorkflows } from "~/api/workflows";
import { FormFailure } from "~/pages/account/FormFailure";
import { useSending } from "~/pages/account/useSending";
import { Button, Check, Dialog, Field, Input, Select } from "~/ui";
import css from "../settings.module.css";
import { DESTINATIONS } from "./Destinations";

const EVENTS = [
  "execution.success",
  "execution.error",
  "execution.canceled",
  "execution.dead",
  "audit",
] as const;
type Event = (typeof EVENTS)[number];

interface Props {
  /** Null: a new one. */
  readonly destination: models.Destination | null;
  readonly onClose: () => void;
  readonly onSecret: (secret: string) => void;
}

/** Who is to be told what. */
export function DestinationForm({ destination, onClose, onSecret }: Props) {
  const { t } = useTranslation();
  const form = useId();
  const [name, setName] = useState(destination?.name ?? "");
  const [url, setUrl] = useState(destination?.url ?? "");
  const [workflow, setWorkflow] = useState(destination?.workflow_id ?? "");
  const [enabled, setEnabled] = useState(!destination?.disabled);
  const [events, setEvents] = useState<readonly Event[]>(
    EVENTS.filter((event) => (destination?.events ?? ["execution.error"]).includes(event)),
  );
  const workflows = useWorkflows();
  const sending = useSending(async () => {
    const body = { name: name.trim(), url: url.trim(), events, workflow, disabled: !enabled };
    const made = destination
      ? await api().changeDestination(destination.id, body)
      : await api().addDestination(body);
    await cache.invalidateQueries({ queryKey: DESTINATIONS });
    "secret" in made ? onSecret(made.secret) : onClose();
  });
  const toggle = (event: Event, on: boolean) =>
    setEvents(EVENTS.filter((one) => (one === event ? on : events.includes(one))));
  const title = t(destination ? "settings.destinationEdit" : "settings.destinationAdd");
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.cancel")}</Button>
      <Button
        look="primary"
        type="submit"
        form={form}
        busy={sending.busy}
        disabled={events.length === 0}
      >
        {t("common.save")}
      </Button>
    </>
  );
  return (
    <Dialog open title={title} onClose={onClose} foot={foot}>
      <form id={form} onSubmit={sending.onSubmit}>
        <FormFailure sending={sending} fields={["name", "url"]} />
        <Field label={t("common.name")} wrong={sending.wrong("name")}>
          <Input
            required
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label={t("settings.url")} wrong={sending.wrong("url")}>
          <Input
            type="url"
            required
            placeholder="https://"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        </Field>
        <fieldset className={css.area}>
          <legend>{t("settings.events")}</legend>
          {EVENTS.map((event) => (
            <Check
              key={event}
              label={t(`settings.event.${event}`, event)}
              checked={events.includes(event)}
              onChange={(change) => toggle(event, change.target.checked)}
            />
          ))}
        </fieldset>
        <div className={css.gap} />
        <Field label={t("settings.ofWorkflow")}>
          <Select value={workflow} onChange={(event) => setWorkflow(event.target.value)}>
            <option value="">{t("settings.ofAllWorkflows")}</option>
            {(workflows.data ?? []).map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        </Field>
        <Check
          label={t("settings.enabled")}
          checked={enabled}
          onChange={(event) => setEnabled(event.target.checked)}
        />
      </form>
    </Dialog>
  );
}
