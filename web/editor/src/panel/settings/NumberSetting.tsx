import { useTranslation } from "react-i18next";
import { Field, Input } from "~/ui";
import { useTyping } from "../form/useTyping";
import { BOUNDS, type Bounds, type NumberName, numberIn, wordsOf } from "./bounds";

interface Props {
  readonly name: NumberName;
  readonly value: number | null | undefined;
  /** What counts where it is empty. */
  readonly usual: string;
  readonly onChange: (value: number | null) => void;
}

/** A number that may be left to whoever knows better. */
export function NumberSetting({ name, value, usual, onChange }: Props) {
  const { t } = useTranslation();
  const typing = useTyping(value ?? null);
  const bounds: Bounds = BOUNDS[name];
  const wrong = typing.text !== null && numberIn(typing.text, bounds) === undefined;
  return (
    <Field
      label={t(`panel.settings.numbers.${name}`)}
      hint={t(`panel.settings.numberHints.${name}`)}
      wrong={wrong ? t(`panel.settings.${wordsOf(bounds)}`, { ...bounds }) : undefined}
    >
      <Input
        inputMode="decimal"
        placeholder={usual}
        value={typing.text ?? (value == null ? "" : String(value))}
        onChange={(event) => {
          const text = event.target.value;
          const now = numberIn(text, bounds);
          typing.type(text, now === undefined ? (value ?? null) : now);
          if (now !== undefined) {
            onChange(now);
          }
        }}
        onBlur={() => wrong || typing.end()}
      />
    </Field>
  );
}
