import type { models } from "@penstock/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { itemOf } from "~/data/source";
import type { Item } from "~/model/document";
import { Button, Dialog, Failure, Field, Loading, Select, TextArea } from "~/ui";
import css from "./running.module.css";
import { goOn } from "./start";
import type { Step } from "./step";
import { itemsOf } from "./triggers";

interface Props {
  readonly execution: string;
  /** It stands at a breakpoint. */
  readonly step: Step;
  readonly onClose: () => void;
}

/** Change an item that a step is about to take, and let the run go on with it. */
export function EditItem({ execution, step, onClose }: Props) {
  const { t } = useTranslation();
  const [index, setIndex] = useState(0);
  const input = useQuery({
    queryKey: ["stopped", execution, step.nodeId, step.runIndex],
    queryFn: () =>
      api().listItems(execution, step.nodeId, step.runIndex, { side: "input", limit: 100 }),
    gcTime: 0,
  });
  const save = useMutation({
    mutationFn: async (item: Item) => {
      const given: models.ItemsGiven = { side: "input", index, items: [item] };
      await api().changeItems(execution, step.nodeId, step.runIndex, given);
      await goOn(execution, false);
      onClose();
    },
  });
  const item = itemOf(input.data?.items[index]);
  return (
    <Dialog open wide title={t("running.editItemTitle")} onClose={onClose}>
      {input.isPending ? <Loading /> : null}
      {input.isError ? <Failure error={input.error} onRetry={() => void input.refetch()} /> : null}
      {save.isError ? <Failure error={save.error} /> : null}
      {input.data && input.data.total > 1 ? (
        <Field label={t("running.whichItem")}>
          <Select value={index} onChange={(event) => setIndex(Number(event.target.value))}>
            {input.data.items.map((_, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: items have nothing but their place
              <option key={at} value={at}>
                {t("running.itemNumber", { number: at + 1, total: input.data.total })}
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
      {item ? (
        <ItemText
          key={index}
          item={item}
          busy={save.isPending}
          onSave={(next) => save.mutate(next)}
          onClose={onClose}
        />
      ) : null}
    </Dialog>
  );
}

interface TextProps {
  readonly item: Item;
  readonly busy: boolean;
  readonly onSave: (item: Item) => void;
  readonly onClose: () => void;
}

/** An item as text; its files stay as they are. */
function ItemText({ item, busy, onSave, onClose }: TextProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(item.json, null, 2));
  const found = itemsOf(text);
  const given = found?.length === 1 ? found[0] : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (given) {
          onSave(item.binary ? { ...given, binary: item.binary } : given);
        }
      }}
    >
      <Field
        label={t("running.item")}
        hint={t("running.editItemHint")}
        wrong={given ? "" : t("running.itemWrong")}
      >
        <TextArea
          rows={14}
          spellCheck={false}
          className={css.mono}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <div className={css.foot}>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
        <Button look="primary" type="submit" busy={busy} disabled={!given}>
          {t("running.saveAndContinue")}
        </Button>
      </div>
    </form>
  );
}
