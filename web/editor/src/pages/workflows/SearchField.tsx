import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Input } from "~/ui";
import css from "./workflows.module.css";

/** So long after a letter the list is searched. */
const SOON_MS = 150;

interface Props {
  /** What the address says. */
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** What is typed stands here at once, and in the address when somebody pauses. */
export function SearchField({ value, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const told = useRef(value);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    // Back, or a button, says something else than what was typed.
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === told.current) {
      return;
    }
    const timer = setTimeout(() => {
      told.current = text;
      change.current(text);
    }, SOON_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className={css.searching}>
      <Search aria-hidden size={16} />
      <Input
        type="search"
        placeholder={t("workflows.searchHint")}
        aria-label={t("workflows.searchLabel")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
