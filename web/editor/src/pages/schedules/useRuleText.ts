import { useTranslation } from "react-i18next";
import { type Rule, wordsOf } from "./rule";

/** When a rule goes off, in a few words. */
export function useRuleText(): (rule: Rule) => string {
  const { t, i18n } = useTranslation();
  return (rule) => {
    const { key, with: given } = wordsOf(rule, i18n.language);
    return t(`schedules.rule_${key}`, given);
  };
}
