/**
 * Keep a run up to date: by events as they come, by the journal where those end or are missing.
 *
 * The rules:
 *
 * - Events are hints. Whenever the execution stops, whatever it stops for, its steps are read again.
 * - Where no events come, because the connection is down, it is read every few seconds.
 */

import { Refused } from "@penstock/client";
import { api } from "~/api/client";
import { watch } from "~/api/live";
import type { RunEvent } from "./event";
import { readBodies, readSteps } from "./journal";
import { isOver, type RunStore } from "./run";

const ASK_EVERY_MS = 4_000;
const READ_AGAIN = ["execution.waiting", "execution.finished", "missed", "lost"];
/** The end is told before it is committed, by a moment. */
const SETTLE_MS = 150;

/** Watch an execution until the function that is returned is called. */
export function followRun(run: RunStore, execution: string): () => void {
  run.begin(execution);
  let gone = false;
  let reading: Promise<void> | null = null;
  let again = false;
  let asking: ReturnType<typeof setTimeout> | undefined;

  const read = async (): Promise<void> => {
    try {
      await readRun(run, execution, () => gone);
    } catch (failure) {
      if (!gone) {
        run.setState({ failure });
      }
      if (failure instanceof Refused && failure.status < 500) {
        return;
      }
    }
    if (!gone && !isOver(run.getState().shown?.execution.status ?? "")) {
      asking = setTimeout(ask, ASK_EVERY_MS);
    }
  };
  const ask = (): void => {
    clearTimeout(asking);
    if (reading) {
      again = true;
      return;
    }
    reading = read().finally(() => {
      reading = null;
      if (again && !gone) {
        again = false;
        ask();
      }
    });
  };
  const stop = watch({ execution }, (events) => {
    const told = events as readonly RunEvent[];
    run.follow(told);
    if (told.some((event) => READ_AGAIN.includes(event.kind))) {
      setTimeout(() => gone || ask(), SETTLE_MS);
    }
  });
  ask();
  return () => {
    gone = true;
    clearTimeout(asking);
    stop();
  };
}

async function readRun(run: RunStore, execution: string, isGone: () => boolean): Promise<void> {
  const shown = await api().showExecution(execution);
  const over = isOver(shown.execution.status);
  const endedMs = over ? shown.execution.finished_ms || Date.now() : 0;
  const isFirst = run.getState().shown === null;
  const tell = (): void => {
    const { status, waiting_for, error } = shown.execution;
    run.setState({ shown, status, waitingFor: waiting_for ?? "", error, failure: null });
  };
  const steps = await readSteps(execution, "", (some) => {
    if (isFirst && !isGone()) {
      run.read(some, over, endedMs);
      tell();
    }
  });
  if (isGone()) {
    return;
  }
  run.read(steps, over, endedMs);
  tell();
  run.setState({ complete: over });
  const inBodies = await readBodies(shown.parts, shown.execution.workflow_id);
  if (!isGone() && inBodies.length > 0) {
    run.read(inBodies, over);
  }
}
