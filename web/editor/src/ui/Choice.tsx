import { useId } from "react";
import css from "./ui.module.css";

interface Option<T extends string> {
  readonly value: T;
  readonly text: string;
}

interface Props<T extends string> {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}

/** One of a few, all of which are seen. */
export function Choice<T extends string>({ label, options, chosen, onChoose }: Props<T>) {
  const name = useId();
  return (
    <fieldset className={css.choice}>
      <legend className={css.label}>{label}</legend>
      {options.map(({ value, text }) => (
        <label key={value} className={css.choiceOption}>
          <input
            type="radio"
            name={name}
            checked={value === chosen}
            onChange={() => onChoose(value)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
