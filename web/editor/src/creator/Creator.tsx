import { ArrowLeft, Search, X } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNodeTypes } from "~/api/queries";
import { documentOf, useEditing } from "~/editing/store";
import type { NodeType } from "~/model/document";
import { Index } from "~/model/search";
import { Empty, IconButton, Loading } from "~/ui";
import css from "./creator.module.css";
import { choicesOf } from "./entries";
import { placeOf } from "./fitting";
import { listed } from "./listed";
import { Results } from "./Results";
import { useCreator, type Wanted } from "./store";
import { useInsert } from "./useInsert";
import { useListKeys } from "./useListKeys";

/** What can be added, searched as one types; open while somebody wants something. */
export function Creator() {
  const wanted = useCreator((creator) => creator.wanted);
  return wanted ? <Choosing key={JSON.stringify(wanted)} wanted={wanted} /> : null;
}

function Choosing({ wanted }: { readonly wanted: Wanted }) {
  const { t } = useTranslation();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const close = useCreator((creator) => creator.close);
  const types = useNodeTypes();
  const [query, setQuery] = useState("");
  const [opened, setOpened] = useState<NodeType | undefined>();
  const insert = useInsert(wanted);
  const index = useMemo(() => new Index(choicesOf(types.values())), [types]);
  const place = useMemo(() => {
    const editing = useEditing.getState();
    return placeOf(documentOf(editing), wanted, editing.ports, types);
  }, [wanted, types]);
  const parts = useMemo(() => listed(index, query, place, opened), [index, query, place, opened]);
  const open = (type: NodeType | undefined) => {
    setOpened(type);
    setQuery("");
    input.current?.focus();
  };
  const keys = useListKeys({ parts, query, opened, insert, open, close });
  useReturningFocus();
  const title = wanted.replacing ? t("creator.replace") : t("creator.title");
  return (
    <section className={css.creator} data-keys="panel" aria-label={title}>
      <header className={css.head}>
        {opened ? (
          <IconButton label={t("common.back")} onClick={() => open(undefined)}>
            <ArrowLeft aria-hidden />
          </IconButton>
        ) : null}
        <h2>{opened ? opened.title : title}</h2>
        <IconButton label={t("common.close")} keys="Esc" onClick={close}>
          <X aria-hidden />
        </IconButton>
      </header>
      <div className={css.search}>
        <Search size={16} aria-hidden />
        <input
          ref={input}
          // biome-ignore lint/a11y/noAutofocus: it was opened to type in it
          autoFocus
          type="text"
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={keys.active ? `${id}-${keys.active.choice.id}` : undefined}
          aria-autocomplete="list"
          aria-label={t("creator.search")}
          placeholder={t(opened ? "creator.searchActions" : "creator.search")}
          value={query}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={keys.onKeyDown}
        />
      </div>
      {types.size === 0 ? <Loading lines={8} /> : null}
      <Results
        id={id}
        parts={parts}
        active={keys.active}
        onPoint={keys.point}
        onChoose={insert}
        onOpen={open}
      />
      {types.size > 0 && parts.length === 0 ? (
        <Empty title={t("creator.nothing", { query })} text={t("creator.nothingText")} />
      ) : null}
      <p className={css.foot} aria-hidden>
        {t("creator.keys")}
      </p>
    </section>
  );
}

/** Whoever came here by key goes on where he was. */
function useReturningFocus(): void {
  // Asked while drawing: as soon as it is there, the search field has the focus.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const { activeElement } = document;
      const lost = !activeElement || activeElement === document.body || !activeElement.isConnected;
      if (lost && before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    },
    [before],
  );
}
