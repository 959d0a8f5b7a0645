import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "~/editing/store";
import { findNode, type Node } from "~/model/document";
import { Button, Dialog, Field, Tabs, TextArea } from "~/ui";
import { useAsking } from "./asking";
import { Capture } from "./Capture";
import css from "./running.module.css";
import { runFrom, show } from "./start";
import { itemsOf } from "./triggers";

interface Props {
  /** A trigger that takes calls: it can listen for one. */
  readonly takesCalls: (node: Node) => boolean;
}

/** What a trigger is to begin with, where it has nothing of its own. */
export function RunInput({ takesCalls }: Props) {
  const { t } = useTranslation();
  const input = useAsking((asking) => asking.input);
  const workflow = useEditing((editing) => editing.workflow);
  const trigger = useEditing((editing) =>
    input ? findNode(editing.history.document, input.trigger) : undefined,
  );
  const [tab, setTab] = useState("call");
  if (!input || !trigger) {
    return null;
  }
  const close = () => useAsking.setState({ input: null });
  const called = (execution: string) => {
    useAsking.setState({ input: null, begun: execution });
    show(execution);
  };
  const items = <GivenItems key={trigger.id} trigger={trigger} onClose={close} />;
  const listens = takesCalls(trigger) && !input.wish.simulate && !input.wish.to;
  const tabs = [
    {
      id: "call",
      title: t("running.listenTab"),
      body: () => <Capture workflow={workflow} trigger={trigger.id} onCalled={called} />,
    },
    { id: "items", title: t("running.itemsTab"), body: () => items },
  ];
  return (
    <Dialog open wide title={t("running.inputTitle", { name: trigger.name })} onClose={close}>
      {listens ? (
        <Tabs label={t("running.inputKinds")} tabs={tabs} chosen={tab} onChoose={setTab} />
      ) : (
        items
      )}
    </Dialog>
  );
}

const EXAMPLE = '[\n  {\n    "name": "Ada"\n  }\n]';

function GivenItems({ trigger, onClose }: { trigger: Node; onClose: () => void }) {
  const { t } = useTranslation();
  const before = useAsking((asking) => asking.given[trigger.id]);
  const wish = useAsking((asking) => asking.input?.wish);
  const plain = before?.every((item) => !item.binary) ? before.map((item) => item.json) : before;
  const [text, setText] = useState(() => (plain ? JSON.stringify(plain, null, 2) : EXAMPLE));
  const items = itemsOf(text);
  const begin = () => {
    if (items && wish) {
      void runFrom(trigger.id, items, wish);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        begin();
      }}
    >
      <Field
        label={t("running.items")}
        hint={t("running.itemsHint")}
        wrong={items ? "" : t("running.itemsWrong")}
      >
        <TextArea
          rows={12}
          spellCheck={false}
          className={css.mono}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              event.stopPropagation();
              begin();
            }
          }}
        />
      </Field>
      <div className={css.foot}>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
        <Button look="primary" type="submit" disabled={!items}>
          {t("running.run")}
        </Button>
      </div>
    </form>
  );
}
