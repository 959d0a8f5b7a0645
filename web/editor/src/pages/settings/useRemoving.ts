import type { QueryKey } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { confirm } from "~/ui";
import { useDoing } from "./useDoing";

interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says; by default that it deletes. */
  readonly deed?: string;
}

/** Ask, and take something away where the answer is yes; the lists are read again. */
export function useRemoving<In = void>(
  act: (given: In) => Promise<void>,
  question: (given: In) => Question,
  changes: readonly QueryKey[],
): (given: In) => void {
  const { t } = useTranslation();
  const remove = useDoing(act, { changes });
  return async (given) => {
    if (await confirm({ deed: t("common.delete"), danger: true, ...question(given) })) {
      remove.mutate(given);
    }
  };
}
