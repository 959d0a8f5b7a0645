import { useTranslation } from "react-i18next";
import { fieldsOf } from "../form/fields";
import type { ControlProps } from "./Control";
import { ListControl } from "./ListControl";

/** Names with values: a list whose rows have these two. */
export function KeyValueControl(props: ControlProps) {
  const { t } = useTranslation();
  const fields = fieldsOf({
    required: ["name"],
    properties: {
      name: { type: "string", title: t("common.name"), "x-ui": { widget: "text", order: 0 } },
      value: { title: t("panel.value"), default: null, "x-ui": { widget: "json", order: 1 } },
    },
  });
  return <ListControl {...props} field={{ ...props.field, fields }} />;
}
