package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.mococxr.foundation.Ports;
import org.mococxr.testkit.Daemon;

/**
 * etcd, kube-apiserver, kube-controller-manager and kube-scheduler as processes on loopback, with
 * free ports and empty at the start. {@code make control-plane} builds the programs; the system
 * property {@code mococxr.control-plane} names their folder.
 */
public final class ControlPlane implements AutoCloseable {
  /** System property with the folder of the programs. */
  public static final String PROGRAMS = "mococxr.control-plane";

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String CONTROLLER_MANAGER = "system:kube-controller-manager";
  private static final String SCHEDULER = "system:kube-scheduler";
  private static final String ADMIN = "admin";

  /** What a test asks for is asked again where a busy API server did not answer. */
  private static final int ADMIN_RETRIES = 3;

  private final Path programs;
  private final Path folder;
  private final int port = Ports.free();
  private final int etcdPort = Ports.free();
  private final Map<String, String> tokens = new TreeMap<>();
  private final List<Daemon> controllers = new ArrayList<>();
  private Daemon etcd;
  private Daemon apiServer;
  private KubernetesClient admin;

  private ControlPlane(Path programs, Path folder) {
    this.programs = programs;
    this.folder = folder;
  }

  /**
   * Starts it; 10 s on an idle machine. The test is skipped where the programs are not built, and
   * fails there if the environment says {@code CI=true}.
   *
   * @param folder an empty folder for state, keys and logs
   * @param nodes names of the nodes that may join
   */
  public static ControlPlane start(Path folder, String... nodes)
      throws IOException, InterruptedException {
    ControlPlane plane = new ControlPlane(programs(), folder);
    try {
      plane.writeKeys(List.of(nodes));
      plane.startAll();
      return plane;
    } catch (IOException | InterruptedException | RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  private static Path programs() {
    String given = System.getProperty(PROGRAMS, "");
    String problem = "needs the programs of a control plane: make test-cluster";
    if (given.isBlank() && "true".equals(System.getenv("CI"))) {
      Assertions.fail(problem);
    }
    Assumptions.assumeFalse(given.isBlank(), problem);
    return Path.of(given);
  }

  /** A client with every right. */
  public KubernetesClient admin() {
    return admin;
  }

  /** A file with the administrator's access, for Helm and kubectl. */
  public Path kubeconfig() {
    return folder.resolve(ADMIN + ".kubeconfig");
  }

  /** Folder of the programs, kubectl and helm among them. */
  public Path programFolder() {
    return programs;
  }

  /** A client that says who it is with a token, for example that of a ServiceAccount. */
  public KubernetesClient client(String token) {
    return client(token, 0);
  }

  private KubernetesClient client(String token, int retries) {
    return new KubernetesClientBuilder().withConfig(config(token, retries)).build();
  }

  /** A client for a node that was named at the start. */
  KubernetesClient nodeClient(String node) {
    return client(tokens.get("system:node:" + node));
  }

  /** Another one, which gives up soon a request that is not answered. */
  KubernetesClient nodeClient(String node, Duration patience) {
    Config config = config(tokens.get("system:node:" + node), 0);
    config.setRequestTimeout((int) patience.toMillis());
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** Port of the API server on 127.0.0.1. */
  int port() {
    return port;
  }

  /**
   * A volume for a claim: no storage class is needed.
   *
   * @param host the folder that it is
   */
  public void volume(String namespace, String claim, Path host, String... accessModes) {
    String volume =
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: %1$s-%2$s}
        spec:
          capacity: {storage: 10Ti}
          accessModes: [%3$s]
          persistentVolumeReclaimPolicy: Retain
          hostPath: {path: "%4$s"}
          claimRef: {namespace: %1$s, name: %2$s}
        """;
    String modes = String.join(", ", accessModes);
    admin.resource(volume.formatted(namespace, claim, modes, host)).create();
  }

  /**
   * Ends the API server; what it stored stays. Controllers and scheduler end with it, as those of a
   * cluster do when they cannot renew that they lead.
   */
  public void stopApiServer() {
    controllers.forEach(Daemon::close);
    controllers.clear();
    apiServer.close();
  }

  /** Starts the API server again at the same address, and then those that need it. */
  public void startApiServer() throws IOException, InterruptedException {
    List<String> command =
        List.of(
            programs.resolve("kube-apiserver").toString(),
            "--etcd-servers=http://127.0.0.1:" + etcdPort,
            "--bind-address=127.0.0.1",
            "--secure-port=" + port,
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            "--cert-dir=" + folder.resolve("pki"),
            "--token-auth-file=" + folder.resolve("pki/tokens.csv"),
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-signing-key-file=" + folder.resolve("pki/sa.key"),
            "--service-account-key-file=" + folder.resolve("pki/sa.key"),
            "--api-audiences=https://kubernetes.default.svc",
            // Nodes have no names that could be looked up.
            "--kubelet-preferred-address-types=InternalIP",
            // A dead node's pods are taken away after seconds, not after five minutes.
            "--default-not-ready-toleration-seconds=5",
            "--default-unreachable-toleration-seconds=5",
            "--profiling=false");
    apiServer = start("kube-apiserver", command);
    apiServer.await(PATIENCE, this::apiAnswers);
    controllers.add(controller(CONTROLLER_MANAGER));
    controllers.add(controller(SCHEDULER));
  }

  /** Ends all, the API server before its store. */
  @Override
  public void close() {
    if (admin != null) {
      admin.close();
    }
    controllers.forEach(Daemon::close);
    if (apiServer != null) {
      apiServer.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  private void startAll() throws IOException, InterruptedException {
    etcd = start("etcd", etcd());
    etcd.await(PATIENCE, () -> Ports.listens(etcdPort));
    Files.createDirectories(folder.resolve("pki"));
    startApiServer();
    controllers
        .getLast()
        .await(
            PATIENCE,
            () -> admin.serviceAccounts().inNamespace("default").withName("default").get() != null);
  }

  /** Starts a program that ends with this JVM, whatever ends that. */
  private Daemon start(String name, List<String> command) throws IOException {
    List<String> bound = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
    bound.addAll(command);
    return Daemon.start(folder, name, bound);
  }

  private List<String> etcd() {
    String client = "http://127.0.0.1:" + etcdPort;
    String peer = "http://127.0.0.1:" + Ports.free();
    return List.of(
        programs.resolve("etcd").toString(),
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=default=" + peer,
        // Nothing here outlives the test.
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  private Daemon controller(String user) throws IOException {
    String program = user.substring("system:".length());
    Path kubeconfig = writeKubeconfig(user, program);
    List<String> command = new ArrayList<>();
    command.add(programs.resolve(program).toString());
    command.addAll(
        List.of(
            "--kubeconfig=" + kubeconfig,
            "--authentication-kubeconfig=" + kubeconfig,
            "--authorization-kubeconfig=" + kubeconfig,
            "--bind-address=127.0.0.1",
            "--secure-port=" + Ports.free(),
            "--cert-dir=" + folder.resolve("pki/" + program),
            "--leader-elect=false",
            "--profiling=false"));
    if (user.equals(CONTROLLER_MANAGER)) {
      command.addAll(
          List.of(
              "--use-service-account-credentials=true",
              "--service-account-private-key-file=" + folder.resolve("pki/sa.key"),
              "--root-ca-file=" + authority(),
              // On a busy machine (load 40 on two cores) heartbeats of all nodes came 20 s late:
              // their pods would be taken away.
              "--node-monitor-period=2s",
              "--node-monitor-grace-period=40s",
              // Autoscalers look every 15 s by default.
              "--horizontal-pod-autoscaler-sync-period=3s"));
    }
    return start(program, command);
  }

  private boolean apiAnswers() {
    if (!Files.exists(authority())) {
      return false;
    }
    try {
      if (admin == null) {
        writeKubeconfig(ADMIN, ADMIN);
        admin = client(tokens.get(ADMIN), ADMIN_RETRIES);
      }
      return "ok".equals(admin.raw("/readyz"));
    } catch (KubernetesClientException | IOException notYet) {
      return false;
    }
  }

  /** The API server makes its own certificate, which vouches for itself. */
  private Path authority() {
    return folder.resolve("pki/apiserver.crt");
  }

  private Config config(String token, int retries) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://127.0.0.1:" + port)
        .withCaCertFile(authority().toString())
        .withOauthToken(token)
        .withRequestTimeout(20_000)
        .withConnectionTimeout(5_000)
        .withRequestRetryBackoffLimit(retries)
        .withWatchReconnectInterval(500)
        .build();
  }

  private Path writeKubeconfig(String user, String name) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}}]
        users: [{name: u, user: {token: "%s"}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        """
            .formatted(port, authority(), tokens.get(user)));
  }

  private void writeKeys(List<String> nodes) throws IOException {
    Path pki = Files.createDirectories(folder.resolve("pki"));
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      Files.writeString(
          pki.resolve("sa.key"),
          "-----BEGIN PRIVATE KEY-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'})
                  .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
              + "\n-----END PRIVATE KEY-----\n");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    List<String> lines = new ArrayList<>();
    lines.add(user(ADMIN, ",\"system:masters\""));
    lines.add(user(CONTROLLER_MANAGER, ""));
    lines.add(user(SCHEDULER, ""));
    nodes.forEach(node -> lines.add(user("system:node:" + node, ",\"system:nodes\"")));
    Files.write(pki.resolve("tokens.csv"), lines);
  }

  private String user(String name, String groups) {
    tokens.put(name, UUID.randomUUID().toString());
    return tokens.get(name) + "," + name + "," + name + groups;
  }
}
