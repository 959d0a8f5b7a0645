import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { Button, Failure, Field, Input, Loading, TextArea, tell } from "~/ui";
import css from "./credentials.module.css";
import { FieldInput } from "./FieldInput";
import { changed, given, hostsOf, isShown, needsHosts } from "./form";
import { useCredentialTypes } from "./types";
import { useEntering } from "./useEntering";

interface Props {
  /** Of which type it is or is to be. */
  readonly type: string;
  /** The credential to be changed; none: a new one. */
  readonly value?: models.CredentialsListed | undefined;
  readonly onSaved: (id: string) => void;
  readonly onCancel?: (() => void) | undefined;
}

/** What makes a credential, or changes one; its fields are those of its type. */
export function CredentialForm({ type, ...rest }: Props) {
  const { t } = useTranslation();
  const types = useCredentialTypes();
  if (types.isPending) {
    return <Loading lines={5} />;
  }
  if (types.isError) {
    return <Failure error={types.error} onRetry={() => void types.refetch()} />;
  }
  const found = types.data.find((one) => one.type === type);
  if (!found) {
    return <Failure error={new Error(t("credentials.typeGone", { type }))} />;
  }
  // What was entered for another credential is of no use for this one.
  const key = `${type} ${rest.value?.id ?? ""} ${rest.value?.updated_ms ?? ""}`;
  return <Filling key={key} kind={found} {...rest} />;
}

function goToWrong(form: HTMLFormElement): void {
  const first = form.querySelector("[aria-invalid=true]");
  if (first instanceof HTMLElement) {
    first.focus();
  }
}

interface FillingProps extends Omit<Props, "type"> {
  readonly kind: models.TypeShown;
}

function Filling({ kind, value, onSaved, onCancel }: FillingProps) {
  const { t } = useTranslation();
  const entering = useEntering(kind, value);
  const { entered, fields, wrong, change } = entering;
  const saving = useMutation({
    mutationFn: async () => {
      const reply = value
        ? await api().changeCredential(value.id, changed(kind, entered, value), {
            etag: String(value.updated_ms),
          })
        : await api().addCredential(given(kind, entered));
      return reply.value.credential.id;
    },
    onSuccess: async (id) => {
      tell(t("credentials.saved"));
      await cache.invalidateQueries({ queryKey: ["credentials"] });
      onSaved(id);
    },
  });
  const shown = fields.filter((field) => isShown(field, entered.values));
  const input = (field: (typeof fields)[number]) => (
    <FieldInput
      key={field.name}
      field={field}
      entering={entering}
      filled={value?.filled.includes(field.name) ?? false}
    />
  );
  const advanced = shown.filter((field) => field.advanced);
  const words = (name: string) => (wrong[name] ? t(`credentials.wrong.${wrong[name]}`) : undefined);
  return (
    <form
      noValidate
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        // In a dialog of the node panel the form stands inside another one.
        event.stopPropagation();
        const form = event.currentTarget;
        if (entering.isRight()) {
          saving.mutate();
        } else {
          requestAnimationFrame(() => goToWrong(form));
        }
      }}
    >
      <Field label={t("common.name")} wrong={words("@name")}>
        <Input
          value={entered.name}
          maxLength={200}
          onChange={(event) => change({ name: event.target.value })}
        />
      </Field>
      {shown.filter((field) => !field.advanced).map(input)}
      {needsHosts(kind) ? (
        <Field
          label={t("credentials.hosts")}
          hint={t("credentials.hostsHint")}
          wrong={words("@hosts")}
        >
          <TextArea
            rows={Math.max(2, hostsOf(entered).length)}
            className={`${css.mono} ${css.low}`}
            placeholder="https://api.example.com"
            spellCheck={false}
            value={entered.hosts}
            onChange={(event) => change({ hosts: event.target.value })}
          />
        </Field>
      ) : null}
      {kind.hosts.length ? (
        <p className={css.note}>{t("credentials.hostsFixed", { hosts: kind.hosts.join(", ") })}</p>
      ) : null}
      <details className={css.more} open={advanced.some((field) => wrong[field.name]) || undefined}>
        <summary>{t("credentials.more")}</summary>
        {advanced.map(input)}
        <Field
          label={`${t("credentials.rotate")} (${t("common.optional")})`}
          hint={t("credentials.rotateHint")}
          wrong={words("@rotateDays")}
        >
          <Input
            inputMode="numeric"
            className={css.days ?? ""}
            value={entered.rotateDays}
            onChange={(event) => change({ rotateDays: event.target.value.trim() })}
          />
        </Field>
      </details>
      {saving.isError ? <Failure error={saving.error} /> : null}
      <div className={css.foot}>
        {onCancel ? <Button onClick={onCancel}>{t("common.cancel")}</Button> : null}
        <Button look="primary" type="submit" busy={saving.isPending}>
          {value ? t("common.save") : t("credentials.create")}
        </Button>
      </div>
    </form>
  );
}
