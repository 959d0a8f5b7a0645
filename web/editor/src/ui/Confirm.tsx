import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says: the deed, not "OK". */
  readonly deed: string;
  readonly danger?: boolean;
}

interface Asking {
  readonly question: Question | null;
  readonly answer: (yes: boolean) => void;
}

const useAsking = create<Asking>()(() => ({ question: null, answer: () => undefined }));

/** Ask before something that cannot be undone. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      useAsking.setState({ question: null });
      resolve(yes);
    };
    useAsking.setState({ question, answer });
  });
}

/** The place where `confirm` asks; once in the page. */
export function Confirming() {
  const { t } = useTranslation();
  const { question, answer } = useAsking();
  if (!question) {
    return null;
  }
  const foot = (
    <>
      <Button onClick={() => answer(false)}>{t("common.cancel")}</Button>
      <Button look={question.danger ? "danger" : "primary"} onClick={() => answer(true)}>
        {question.deed}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      title={question.title}
      text={question.text}
      onClose={() => answer(false)}
      foot={foot}
    />
  );
}
