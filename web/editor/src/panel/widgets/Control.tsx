import { useForm } from "../form/Form";
import type { FieldProps } from "../form/FormField";
import type { Widget } from "../form/fields";
import { BooleanControl } from "./BooleanControl";
import { CodeControl } from "./CodeControl";
import { CollectionControl } from "./CollectionControl";
import { ConditionsControl } from "./ConditionsControl";
import { CredentialControl } from "./CredentialControl";
import { DateTimeControl } from "./DateTimeControl";
import { FixedCollectionControl } from "./FixedCollectionControl";
import { JsonControl } from "./JsonControl";
import { KeyValueControl } from "./KeyValueControl";
import { ListControl } from "./ListControl";
import { MultiOptionsControl } from "./MultiOptionsControl";
import { NumberControl } from "./NumberControl";
import { OptionsControl } from "./OptionsControl";
import { ResourceControl } from "./ResourceControl";
import { TextControl } from "./TextControl";
import { WorkflowControl } from "./WorkflowControl";

export interface ControlProps extends FieldProps {
  /** Of the input, which the label names. */
  readonly id: string;
}

/** Those that are one input: a label can point at it. */
export const HAS_INPUT: ReadonlySet<Widget> = new Set<Widget>([
  "text",
  "secret",
  "options",
  "integer",
  "number",
  "boolean",
  "date-time",
  "credential",
]);

/** Its field `workflow` names another workflow. */
const CALLS = "penstock/flow.execute";

/** What a fixed value is entered with. */
export function Control(props: ControlProps) {
  const calls = useForm().node.type === CALLS && props.field.name === "workflow";
  switch (props.field.widget) {
    case "options":
      return <OptionsControl {...props} />;
    case "multi-options":
      return <MultiOptionsControl {...props} />;
    case "boolean":
      return <BooleanControl {...props} />;
    case "integer":
    case "number":
      return <NumberControl {...props} />;
    case "json":
      return <JsonControl {...props} />;
    case "code":
      return <CodeControl {...props} />;
    case "list":
      return <ListControl {...props} />;
    case "key-value":
      return <KeyValueControl {...props} />;
    case "collection":
      return <CollectionControl {...props} />;
    case "fixed-collection":
      return <FixedCollectionControl {...props} />;
    case "conditions":
      return <ConditionsControl {...props} />;
    case "credential":
      return <CredentialControl {...props} />;
    case "date-time":
      return <DateTimeControl {...props} />;
    case "resource-locator":
      return <ResourceControl {...props} />;
    default:
      return calls ? <WorkflowControl {...props} /> : <TextControl {...props} />;
  }
}
