import { Send, X } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { useGrant } from "~/api/queries";
import { useEditing } from "~/editing/store";
import { useCommand } from "~/keys/keys";
import { nodesOf } from "~/model/document";
import { Button, IconButton, Input, said } from "~/ui";
import css from "./chat.module.css";
import { ask, newTalk } from "./talking";

const CHAT = "penstock/flow.chat";

export const useChat = create<{ readonly open: boolean }>()(() => ({ open: false }));

interface Line {
  readonly id: number;
  readonly mine: boolean;
  readonly text: string;
  readonly wrong?: boolean;
}

/** A talk with the draft, where a chat starts it. */
export function ChatPanel() {
  const trigger = useEditing(
    (editing) => nodesOf(editing.history.document).find((node) => node.type === CHAT)?.id ?? "",
  );
  const open = useChat((chat) => chat.open);
  const mayRun = useGrant("workflow:run");
  const able = trigger !== "" && mayRun;
  useCommand("panel.chat", () => useChat.setState({ open: !open }), able);
  return open && able ? <Talk trigger={trigger} /> : null;
}

function Talk({ trigger }: { readonly trigger: string }) {
  const { t } = useTranslation();
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [talk] = useState(newTalk);
  const end = useRef<HTMLDivElement>(null);
  const add = (line: Omit<Line, "id">) =>
    setLines((before) => [...before, { ...line, id: before.length }]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever something is said
  useEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [lines]);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const words = text.trim();
    if (!words || busy) {
      return;
    }
    add({ mine: true, text: words });
    setText("");
    setBusy(true);
    try {
      const answer = await ask(trigger, words, talk);
      add({ mine: false, text: answer || t("canvas.chatSilent") });
    } catch (error) {
      const { message, hint } = said(error);
      add({ mine: false, wrong: true, text: [message, hint].filter(Boolean).join(" ") });
    } finally {
      setBusy(false);
    }
  };
  return (
    <aside className={css.chat} aria-label={t("canvas.chat")} data-keys="panel">
      <header className={css.head}>
        <h2>{t("canvas.chat")}</h2>
        <IconButton label={t("common.close")} onClick={() => useChat.setState({ open: false })}>
          <X />
        </IconButton>
      </header>
      <div className={css.lines} role="log" aria-live="polite">
        {lines.length === 0 ? <p className={css.quiet}>{t("canvas.chatText")}</p> : null}
        {lines.map((line) => (
          <p key={line.id} className={css.line} data-mine={line.mine} data-wrong={line.wrong}>
            {line.text}
          </p>
        ))}
        <div ref={end} />
      </div>
      <form className={css.form} onSubmit={(event) => void send(event)}>
        <Input
          autoFocus
          aria-label={t("canvas.chatMessage")}
          placeholder={t("canvas.chatMessage")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" look="primary" busy={busy} aria-label={t("canvas.send")}>
          <Send aria-hidden />
        </Button>
      </form>
    </aside>
  );
}
