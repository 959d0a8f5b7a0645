import { CloudOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import css from "./shell.module.css";

function listen(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}

/** Says that there is no network, as long as there is none. */
export function Offline() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(listen, () => navigator.onLine);
  return (
    <div aria-live="polite">
      {online ? null : (
        <p className={css.offline}>
          <CloudOff aria-hidden size={16} />
          {t("shell.offline")}
        </p>
      )}
    </div>
  );
}
