import { type ComponentProps, lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Copy, Dialog, Loading, Tabs } from "~/ui";
import css from "./data.module.css";
import { looksLike } from "./texts";

const Markdown = lazy(() => import("react-markdown"));

/** A page of data could be anything: no scripts, nothing of ours, nothing from elsewhere. */
const NOTHING_ALLOWED = "";
const POLICY =
  "<meta http-equiv=\"content-security-policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">";
const MOST = 500_000;

interface Props {
  readonly name: string;
  readonly text: string;
  readonly onClose: () => void;
}

/** A long text in full; one that looks like a page or like Markdown, as that too. */
export default function ValueDialog({ name, text, onClose }: Props) {
  const { t } = useTranslation();
  const kind = looksLike(text);
  const [tab, setTab] = useState("text");
  const cut = text.slice(0, MOST);
  const plain = {
    id: "text",
    title: t("data.kinds.text"),
    body: () => <pre className={css.whole}>{cut}</pre>,
  };
  const page = {
    id: "html",
    title: t("data.asPage"),
    body: () => (
      <iframe
        className={css.page}
        title={t("data.asPage")}
        sandbox={NOTHING_ALLOWED}
        srcDoc={POLICY + cut}
      />
    ),
  };
  const markdown = {
    id: "markdown",
    title: "Markdown",
    body: () => (
      <div className={css.prose}>
        <Suspense fallback={<Loading />}>
          <Markdown disallowedElements={["img"]} components={{ a: Outwards }}>
            {cut}
          </Markdown>
        </Suspense>
      </div>
    ),
  };
  const tabs = [
    plain,
    ...(kind === "html" ? [page] : []),
    ...(kind === "markdown" ? [markdown] : []),
  ];
  return (
    <Dialog open wide title={name} onClose={onClose} foot={<Copy text={text} />}>
      {tabs.length > 1 ? (
        <Tabs label={t("data.views")} chosen={tab} onChoose={setTab} tabs={tabs} />
      ) : (
        plain.body()
      )}
      {text.length > MOST ? <p className={css.note}>{t("data.cut")}</p> : null}
    </Dialog>
  );
}

/** What leads nowhere that a page may lead to is no link. */
function Outwards({ href, children }: ComponentProps<"a">) {
  return href ? (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ) : (
    <span>{children}</span>
  );
}
