package org.mococxr.orchestrator.launch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.Event;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunEvent;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunPending;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** Three fine-tuned runs in one Job. */
class SharedJobsTest extends ClusterFixture {
  @Override
  OrchestratorConfig config() {
    return config(Map.of("kubernetes.batches.finetune", "3"));
  }

  private Wanted run(int number, int attempt, boolean begun) {
    URI output = store.resolve("experiments/e1/runs/r" + number + "/");
    RunSpec spec =
        new RunSpec("e1", "r" + number, RunKind.FINETUNE, number, Map.of(), Map.of(), output);
    return new Wanted(spec, attempt, null, null, begun);
  }

  private void reconcile(Map<String, Integer> exiting, Wanted... wanted) {
    launcher.reconcile(Set.of("e1"), List.of(wanted), exiting);
  }

  /** The Job of the first three, which the informer knows. */
  private Job begun() {
    reconcile(Map.of(), run(1, 1, false), run(2, 1, false), run(3, 1, false));
    // The informer may not have heard of it: nobody gets a second Job.
    reconcile(Map.of(), run(1, 1, false), run(2, 1, false), run(3, 1, false));
    Job job = jobs().getFirst();
    await().atMost(PATIENCE).until(() -> launcher.has(job.getMetadata().getName()));
    assertEquals(1, jobs().size());
    return job;
  }

  /** The same where two of them work at once. */
  private Job begunTwoAtOnce() {
    launcher.close();
    launcher =
        launcher(
            config(
                Map.of(
                    "kubernetes.batches.finetune", "3",
                    "kubernetes.batches-at-once.finetune", "2")));
    return begun();
  }

  private void end(Job job, String type, int exitCode) {
    end(job, type, exitCode, null);
  }

  /**
   * @param runs how its runs ended before it, as its trainer has written it
   */
  private void end(Job job, String type, int exitCode, String runs) {
    end(job, type, ended(exitCode, null), runs);
  }

  private void end(Job job, String type, PodStatus status, String runs) {
    status.getContainerStatuses().getFirst().getState().getTerminated().setMessage(runs);
    pod(job, status);
    finish(job, type, null, null);
  }

  /** Exit codes by run, of all three. */
  private Map<String, Integer> toldOfThree(boolean... begun) {
    Wanted[] wanted = {run(1, 1, begun[0]), run(2, 1, begun[1]), run(3, 1, begun[2])};
    awaitPublished(3, wanted);
    Map<String, Integer> codes = new HashMap<>();
    for (Event event : published) {
      int code = event instanceof RunFailed failed ? failed.exitCode() : 0;
      codes.put(((RunEvent) event).run(), code);
    }
    return codes;
  }

  private void awaitPublished(int count, Wanted... wanted) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(Map.of(), wanted);
              return published.size() == count;
            });
  }

  private void done(Wanted run) throws Exception {
    store.write(
        ArtifactStore.child(run.spec().output(), RunDone.FILE),
        RunDone.of(run.spec(), null, 1, Map.of()).toJson().getBytes());
  }

  @Test
  void oneJobWorksThroughThemAndOthersGetTheirOwn() {
    Job job = begun();
    List<String> words = job.getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs();
    List<String> expected = new ArrayList<>(List.of("run"));
    for (int i = 1; i <= 3; i++) {
      URI spec = store.resolve("experiments/e1/runs/r" + i + "/spec.json");
      expected.addAll(List.of("--spec", spec.toString(), "--attempt", "1"));
      assertTrue(store.local(spec).orElseThrow().toFile().exists());
    }
    assertEquals(expected, words);
    // A fourth waits for others and then begins alone; an orchestrator that has just started
    // knows the attempts of the Job from the Job.
    launcher.close();
    launcher = launcher(config());
    Wanted[] four = {run(1, 1, true), run(2, 1, false), run(3, 1, false), run(4, 1, false)};
    reconcile(Map.of(), four);
    assertEquals(1, jobs().size());
    clock.pass(Duration.ofSeconds(11));
    reconcile(Map.of(), four);
    await().atMost(PATIENCE).until(() -> jobs().size() == 2);
    reconcile(Map.of(), four);
    assertEquals(2, jobs().size());
  }

  @Test
  void aJobThatFailedIsToldToEachOfItsRunsByWhatItHadComeTo() throws Exception {
    Job job = begun();
    done(run(1, 1, true));
    end(job, "Failed", 137);
    Wanted[] wanted = {run(1, 1, false), run(2, 1, true), run(3, 1, false)};
    awaitPublished(3, wanted);
    Map<String, Event> told = new HashMap<>();
    published.forEach(event -> told.put(((RunEvent) event).run(), event));
    assertInstanceOf(RunCompleted.class, told.get("r1"), "its result is there");
    assertEquals(137, assertInstanceOf(RunFailed.class, told.get("r2")).exitCode());
    RunFailed third = assertInstanceOf(RunFailed.class, told.get("r3"));
    assertEquals(75, third.exitCode(), "no fault of a run whose turn had not come");
    assertTrue(third.reason().startsWith("its turn in the Job had not come"), third.reason());
  }

  @Test
  void aRunsLogIsItsPartOfTheJobs() {
    Job job = begun();
    end(job, "Complete", 0);
    api.answer(
        "/api/v1/namespaces/lab/pods/%s-x/log?pretty=false&container=trainer&limitBytes=16777216"
            .formatted(job.getMetadata().getName()),
        200,
        BatchLog.heading("r1", 1) + "\nepoch 1\n" + BatchLog.heading("r2", 1) + "\nepoch 9\n");
    assertEquals(
        BatchLog.heading("r2", 1) + "\nepoch 9\n", launcher.log(run(2, 1, true)).orElseThrow());
    assertTrue(launcher.log(run(3, 1, false)).isEmpty(), "its turn has not come");
  }

  @Test
  void whereNoneHasSaidThatItBeganTheFaultIsTheFirstOnes() {
    Job job = begun();
    end(job, "Failed", 134);
    awaitPublished(3, run(3, 1, false), run(2, 1, false), run(1, 1, false));
    assertEquals(
        Map.of("r1", 134, "r2", 75, "r3", 75),
        Map.of(
            failed(0).run(), failed(0).exitCode(),
            failed(1).run(), failed(1).exitCode(),
            failed(2).run(), failed(2).exitCode()));
  }

  @Test
  void whereTheTrainerHasSaidWhichRunFailedNoOtherIsBlamed() {
    Job job = begun();
    end(job, "Failed", 1);
    awaitPublished(2, run(2, 1, false), run(3, 1, false));
    assertEquals(List.of(75, 75), List.of(failed(0).exitCode(), failed(1).exitCode()));
  }

  @Test
  void ofRunsAtOnceAllThatWereAtWorkAreToldHowTheTrainerEnded() {
    Job job = begunTwoAtOnce();
    end(job, "Failed", 137);
    assertEquals(Map.of("r1", 137, "r2", 137, "r3", 75), toldOfThree(true, true, false));
  }

  @Test
  void whereNoneOfRunsAtOnceHasSaidThatItBeganTheFaultIsTheFirstOnes() {
    Job job = begunTwoAtOnce();
    end(job, "Failed", 137, "1 0\n");
    // What had ended before is known by itself: its result is missing, which is a fault, too.
    assertEquals(Map.of("r1", 1, "r2", 137, "r3", 137), toldOfThree(false, false, false));
  }

  @Test
  void whatTheTrainerWroteOfARunsEndIsToldWhereTheRunCouldNotSayIt() throws Exception {
    Job job = begun();
    done(run(1, 1, true));
    String reason = "s3://lab/r2/spec.json, kind: found 'PAINT'";
    end(job, "Complete", 0, "1 0\n2 64 " + reason + "\n3 0\n");
    assertEquals(Map.of("r1", 0, "r2", 64, "r3", 1), toldOfThree(false, false, false));
    assertTrue(
        published.stream()
            .anyMatch(event -> event instanceof RunFailed run && run.reason().equals(reason)));
  }

  /** Containerd marks a container any of whose processes the kernel has ended so. */
  @Test
  void onlyARunWhoseOwnProcessTheMemoryEndedIsToldSo() {
    Job job = begunTwoAtOnce();
    String memory = "its process ended with exit code 137: the memory is used up (OOMKilled)";
    end(job, "Failed", ended(1, "OOMKilled"), "1 137 " + memory + "\n2 137\n");
    assertEquals(Map.of("r1", 137, "r2", 137, "r3", 1), toldOfThree(true, true, true));
    Map<String, String> reasons = new HashMap<>();
    published.forEach(e -> reasons.put(((RunEvent) e).run(), ((RunFailed) e).reason()));
    assertEquals(memory, reasons.get("r1"));
    assertEquals(
        "trainer ended with exit code 137; the run's log in Job %s may tell why"
            .formatted(job.getMetadata().getName()),
        reasons.get("r2"));
    assertTrue(
        reasons
            .get("r3")
            .contains("exit code 1 after a process of its container was ended for want of memory"),
        reasons.get("r3"));
  }

  /** A trainer of an older version ends at the specification that it cannot read. */
  @Test
  void aSpecificationThatCannotBeReadIsNotTheErrorOfThoseWhoseTurnHadNotCome() {
    Job job = begun();
    end(job, "Failed", 64);
    awaitPublished(2, run(2, 1, false), run(3, 1, false));
    assertEquals("r2", failed(0).run());
    assertEquals(List.of(64, 75), List.of(failed(0).exitCode(), failed(1).exitCode()));
  }

  private RunFailed failed(int number) {
    return assertInstanceOf(RunFailed.class, published.get(number));
  }

  @Test
  void whoHasEndedByItselfLeavesTheJobToTheOthersAndWhoIsStoppedStopsIt() {
    Job job = begun();
    reconcile(Map.of("e1/r1", 1), run(2, 1, true), run(3, 1, false));
    assertEquals(1, jobs().size(), "the first is done, the others go on");
    // It failed and is tried again elsewhere, more than once: no matter of the others either.
    reconcile(Map.of("e1/r1", 1), run(1, 2, false), run(2, 1, true), run(3, 1, false));
    reconcile(Map.of("e1/r1", 2), run(1, 3, false), run(2, 1, true), run(3, 1, false));
    assertTrue(
        jobs().stream()
            .anyMatch(left -> left.getMetadata().getName().equals(job.getMetadata().getName())));
    // The second is stopped: the third goes on in another Job, when this one's trainer is gone.
    reconcile(Map.of("e1/r1", 1), run(3, 1, false));
    await()
        .atMost(PATIENCE)
        .until(() -> jobs().isEmpty() && !launcher.has(job.getMetadata().getName()));
    reconcile(Map.of("e1/r1", 1), run(3, 1, false));
    clock.pass(Duration.ofSeconds(6));
    reconcile(Map.of("e1/r1", 1), run(3, 1, false));
    clock.pass(Duration.ofSeconds(11));
    reconcile(Map.of("e1/r1", 1), run(3, 1, false));
    await().atMost(PATIENCE).until(() -> jobs().size() == 1);
    assertNotEquals(job.getMetadata().getName(), jobs().getFirst().getMetadata().getName());
  }

  @Test
  void whoBeganAloneIsNotBegunAgainWithOthersBeforeTheInformerHasHeardOfIt() {
    reconcile(Map.of(), run(1, 1, false));
    clock.pass(Duration.ofSeconds(11));
    reconcile(Map.of(), run(1, 1, false));
    reconcile(Map.of(), run(1, 1, false), run(2, 1, false), run(3, 1, false));
    assertEquals(1, jobs().size(), "the others wait for more");
  }

  @Test
  void whoMayHaveItsTurnKeepsTheJobAndIsNotTakenForOneThatExits() {
    begun();
    Map<String, Integer> rest = Map.of("e1/r2", 1, "e1/r3", 1);
    Map<String, Integer> all = Map.of("e1/r1", 1, "e1/r2", 1, "e1/r3", 1);
    reconcile(all);
    reconcile(rest, run(1, 1, true));
    clock.pass(Duration.ofMinutes(10));
    reconcile(rest, run(1, 1, true));
    reconcile(all);
    assertEquals(1, jobs().size());
    clock.pass(Duration.ofMinutes(10));
    reconcile(all);
    assertEquals(0, jobs().size(), "but not for longer than its trainer may take to exit");
  }

  @Test
  void whyASharedJobDoesNotBeginIsToldToEachOfItsRunsOnce() {
    Job job = begun();
    pod(job, unschedulable("0/3 nodes are available"));
    Wanted[] wanted = {run(1, 1, false), run(2, 1, false), run(3, 1, false)};
    awaitPublished(3, wanted);
    reconcile(Map.of(), wanted);
    assertEquals(3, published.size());
    for (Event event : published) {
      RunPending waits = assertInstanceOf(RunPending.class, event);
      assertEquals("unschedulable: 0/3 nodes are available", waits.reason());
    }
  }

  @Test
  void whoseTurnInTheJobHasNotComeKnowsItsPlaceAndARemovedJobsTrainerIsWaitedFor() {
    Job job = begun();
    pod(job, running());
    String name = job.getMetadata().getName();
    Wanted[] wanted = {run(1, 1, true), run(2, 1, false), run(3, 1, false)};
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(Map.of(), wanted);
              return launcher.queue().size() == 2;
            });
    assertEquals(
        Map.of(
            "e1/r2", new QueuePlace("Job " + name, 1, 2),
            "e1/r3", new QueuePlace("Job " + name, 2, 2)),
        launcher.queue());

    client.batch().v1().jobs().inNamespace(NAMESPACE).withName(name).delete();
    await().atMost(PATIENCE).until(() -> !launcher.has(name));
    clock.pass(Duration.ofMinutes(2));
    reconcile(Map.of(), wanted);
    assertEquals(0, jobs().size(), "its trainer is still at work");
  }
}
