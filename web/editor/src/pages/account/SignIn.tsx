import { useQuery } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { takeStep } from "~/shell/returned";
import { Button, classOf, Field, Input } from "~/ui";
import css from "./account.module.css";
import { arrive, safeNext } from "./arrive";
import { CodeStep } from "./CodeStep";
import { Door } from "./Door";
import { FormFailure } from "./FormFailure";
import { NoOwner } from "./NoOwner";
import { PasswordInput } from "./PasswordInput";
import { useSending } from "./useSending";
import { useSetUp } from "./useSetUp";

/** Signing in: by password, with a code where one is needed, or with another place. */
export function SignIn() {
  const { t } = useTranslation();
  const router = useRouter();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const [step, setStep] = useState(takeStep);
  const setUp = useSetUp();
  const done = async () => {
    await arrive();
    router.history.replace(safeNext(search.next));
  };
  if (setUp.data?.done === false) {
    return <NoOwner />;
  }
  return (
    <Door title={t(step ? "account.codeTitle" : "account.signIn")}>
      {step ? (
        <CodeStep step={step} onDone={done} onBack={() => setStep("")} />
      ) : (
        <>
          {search.ended === true ? <p role="status">{t("account.ended")}</p> : null}
          <Password onStep={setStep} onDone={done} failed={search.failed} />
          <Ways />
          <div className={css.links}>
            <Link to="/forgotten">{t("account.forgotten")}</Link>
            {setUp.data?.registration ? <Link to="/register">{t("account.register")}</Link> : null}
          </div>
        </>
      )}
    </Door>
  );
}

interface PasswordProps {
  readonly onStep: (step: string) => void;
  readonly onDone: () => Promise<void>;
  /** Why another place did not sign somebody in. */
  readonly failed: unknown;
}

function Password({ onStep, onDone, failed }: PasswordProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const sending = useSending(async () => {
    const { value } = await api().signIn({ email, password });
    if (value.step) {
      onStep(value.step);
    } else {
      await onDone();
    }
  });
  return (
    <form className={css.form} onSubmit={sending.onSubmit}>
      {typeof failed === "string" && !sending.told ? (
        <p className={css.failure} role="alert">
          {t([`account.wayFailedFor.${failed.replaceAll(".", "_")}`, "account.wayFailed"])}
        </p>
      ) : null}
      <FormFailure sending={sending} fields={[]} />
      <Field label={t("account.email")}>
        <Input
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      <Field label={t("account.password")}>
        <PasswordInput
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <Button look="primary" type="submit" busy={sending.busy}>
        {t("account.signIn")}
      </Button>
    </form>
  );
}

/** Other places to sign in with, where some were set up. */
function Ways() {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ["ways-in"], queryFn: () => api().listWaysIn() });
  if (!data || data.providers.length === 0) {
    return null;
  }
  return (
    <>
      <div className={css.or}>{t("account.or")}</div>
      <div className={css.ways}>
        {data.providers.map(({ id, name }) => (
          <a
            key={id}
            className={classOf("plain", css.wide)}
            href={`/api/v1/sign-in/with/${encodeURIComponent(id)}`}
          >
            {t("account.signInWith", { name })}
          </a>
        ))}
      </div>
    </>
  );
}
