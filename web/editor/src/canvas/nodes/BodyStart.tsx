import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCreator } from "~/creator";
import { useMode } from "../mode";
import css from "./nodes.module.css";

/** The inside of a container that holds nothing yet. */
export function BodyStart({ container }: { readonly container: string }) {
  const { t } = useTranslation();
  const { editable } = useMode();
  const openCreator = useCreator((creator) => creator.openCreator);
  if (!editable) {
    return <p className={css.hollow}>{t("canvas.emptyBody")}</p>;
  }
  return (
    <button
      type="button"
      className={`${css.hollow} nodrag nopan`}
      tabIndex={-1}
      onClick={() => openCreator({ parent: container })}
    >
      <Plus aria-hidden size={16} /> {t("canvas.addToBody")}
    </button>
  );
}
