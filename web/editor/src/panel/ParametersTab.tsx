import { useTranslation } from "react-i18next";
import { useNodeTypes } from "~/api/queries";
import { Failure, Loading } from "~/ui";
import { Addresses } from "./Addresses";
import { type Form, FormProvider } from "./form/Form";
import { recordOf } from "./form/fields";
import css from "./form/form.module.css";
import { SchemaForm } from "./form/SchemaForm";
import { NextMoments } from "./NextMoments";
import { OtherFindings } from "./OtherFindings";
import type { Described } from "./useNodeType";

interface Props {
  readonly form: Form;
  readonly type: Described;
}

/** What a node is set to. */
export function ParametersTab({ form, type }: Props) {
  const { t } = useTranslation();
  const listed = useNodeTypes().get(form.node.type);
  if (type.error) {
    return <Failure error={type.error} onRetry={type.retry} />;
  }
  if (!type.fields) {
    return <Loading lines={6} />;
  }
  return (
    <FormProvider value={form}>
      {listed?.kind === "trigger.webhook" ? <Addresses node={form.node} /> : null}
      {listed?.kind === "trigger.schedule" ? <NextMoments node={form.node} /> : null}
      <OtherFindings node={form.node} fields={type.fields} />
      {type.fields.length === 0 ? <p className={css.hint}>{t("panel.noParameters")}</p> : null}
      <SchemaForm fields={type.fields} values={recordOf(form.node.config)} path={[]} />
    </FormProvider>
  );
}
