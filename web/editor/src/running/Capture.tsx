import { useMutation, useQuery } from "@tanstack/react-query";
import { Copy, Ear } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { carryOut } from "~/keys/keys";
import { Button, Empty, Failure, IconButton, tell, tellFailure, toClipboard } from "~/ui";
import css from "./running.module.css";

interface Props {
  readonly workflow: string;
  readonly trigger: string;
  /** A call came in and began this execution. */
  readonly onCalled: (execution: string) => void;
}

/** Let the draft listen for one call, and show where it has to go. */
export function Capture({ workflow, trigger, onCalled }: Props) {
  const { t } = useTranslation();
  const begin = useMutation({
    mutationFn: () => {
      // The call is given to the draft as it is stored.
      carryOut("save");
      return api().beginCapture(workflow, { node: trigger, minutes: 10 });
    },
  });
  const captures = begin.data ?? [];
  const ids = captures.map((one) => one.id);
  const states = useQuery({
    queryKey: ["captures", ids],
    queryFn: () => Promise.all(ids.map((id) => api().showCapture(id))),
    enabled: ids.length > 0,
    refetchInterval: 1_000,
  });
  const called = states.data?.find((one) => one.execution_id)?.execution_id;
  const over = states.data?.every((one) => one.state === "over") ?? false;
  useEffect(() => {
    if (called) {
      onCalled(called);
    }
  }, [called, onCalled]);
  useEndOfCaptures(ids);

  if (begin.isError) {
    return <Failure error={begin.error} onRetry={() => begin.mutate()} />;
  }
  if (captures.length === 0 || over) {
    return (
      <Empty
        icon={<Ear aria-hidden />}
        title={t(over ? "running.listenOver" : "running.listenTitle")}
        text={t("running.listenText")}
      >
        <Button look="primary" busy={begin.isPending} onClick={() => begin.mutate()}>
          {t("running.listen")}
        </Button>
      </Empty>
    );
  }
  return (
    <div className={css.capture} aria-live="polite">
      <p>
        <Ear aria-hidden size={16} className={css.pulse} /> {t("running.listening")}
      </p>
      {captures.map((one) => (
        <Address key={one.id} method={one.method} url={one.url} />
      ))}
    </div>
  );
}

function Address({ method, url }: { readonly method: string; readonly url: string }) {
  const { t } = useTranslation();
  const whole = new URL(url, window.location.origin).href;
  const copy = () => toClipboard(whole).then(() => tell(t("common.copied")), tellFailure);
  return (
    <div className={css.address}>
      <code>{method || t("running.anyMethod")}</code>
      <code className={css.url}>{whole}</code>
      <IconButton label={t("running.copyUrl")} onClick={copy}>
        <Copy />
      </IconButton>
    </div>
  );
}

/** Nobody listens any more when the dialog is gone. */
function useEndOfCaptures(ids: readonly string[]): void {
  const latest = useRef(ids);
  latest.current = ids;
  useEffect(
    () => () => {
      for (const id of latest.current) {
        api()
          .endCapture(id)
          .catch(() => undefined);
      }
    },
    [],
  );
}
