import { Failure } from "~/ui";
import { fieldOf, type Sending } from "./useSending";

interface Props {
  readonly sending: Sending;
  /** What is said of these stands at them. */
  readonly fields: readonly string[];
}

/** What was said against the form as a whole. */
export function FormFailure({ sending, fields }: Props) {
  const { told, error } = sending;
  return told && !fields.includes(fieldOf(told)) ? <Failure error={error} /> : null;
}
