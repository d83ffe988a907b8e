package org.mococxr.local.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Ports;
import org.mococxr.foundation.Yaml;
import org.mococxr.local.scenario.Scenario;
import org.mococxr.testkit.cluster.ControlPlane;
import org.mococxr.testkit.cluster.Image;
import org.mococxr.testkit.cluster.ProcessNode;

/** The cluster that all scenarios share: a control plane, two nodes, Kafka, and tiny X-rays. */
public final class TestCluster implements AutoCloseable {
  /** A node without GPUs. */
  static final String CPU_NODE = "cpu-0";

  /** A node with two GPUs. */
  static final String GPU_NODE = "gpu-0";

  /** A node that a scenario may let join and die. */
  static final String SPARE_NODE = "spare-0";

  private final Path folder;
  private final Map<String, Image> images;
  private final Map<String, ProcessNode> nodes = new ConcurrentHashMap<>();
  private final ControlPlane plane;
  private final List<Integer> kafkaPorts;
  private EmbeddedKafka kafka;
  private final Path xrays;

  private TestCluster(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    Path home = Path.of(System.getProperty("mococxr.home"));
    String version =
        Yaml.MAPPER
            .readTree(home.resolve("helm/moco-cxr/Chart.yaml").toFile())
            .path("appVersion")
            .asText();
    this.images = new Images(home).all(version);
    this.xrays = new Scenario(folder).phantoms();
    this.plane =
        ControlPlane.start(
            Files.createDirectory(folder.resolve("plane")), CPU_NODE, GPU_NODE, SPARE_NODE);
    Files.createDirectory(folder.resolve("kafka"));
    this.kafkaPorts = Ports.free(2); // not before the control plane has taken its own
    startKafka();
    join(CPU_NODE, Map.of());
    join(GPU_NODE, Map.of("nvidia.com/gpu", "2"));
  }

  /** Starts all; half a minute on 2 cores. */
  static TestCluster start() throws IOException, InterruptedException {
    return new TestCluster(Files.createTempDirectory("mococxr-cluster-"));
  }

  ControlPlane plane() {
    return plane;
  }

  /** The broker that all installations share is away until it is started again. */
  void stopKafka() {
    kafka.close();
  }

  /** Starts the broker with what it had, at the same address. */
  void startKafka() throws IOException {
    kafka = EmbeddedKafka.open(folder.resolve("kafka"), kafkaPorts.get(0), kafkaPorts.get(1));
  }

  String kafka() {
    return kafka.bootstrapServers();
  }

  /** Folder of X-rays in CheXpert's layout, mounted as the data claim of every installation. */
  Path xrays() {
    return xrays;
  }

  /** A new folder that pods may write into. */
  Path volume(String name) throws IOException {
    Path made = Files.createDirectories(folder.resolve("volumes").resolve(name));
    Files.setPosixFilePermissions(
        made, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    return made;
  }

  Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  /** Lets a node join. */
  ProcessNode join(String name, Map<String, String> resources) throws IOException {
    ProcessNode node =
        ProcessNode.join(
            plane,
            name,
            resources,
            Map.of(),
            images,
            Files.createDirectory(folder.resolve("node-" + name)));
    nodes.put(name, node);
    return node;
  }

  /** Node by its name. */
  ProcessNode node(String name) {
    return nodes.get(name);
  }

  @Override
  public void close() throws IOException {
    nodes.values().forEach(ProcessNode::close);
    plane.close();
    kafka.close();
    if (!Boolean.getBoolean("mococxr.keep-cluster")) {
      Folders.delete(folder);
    }
  }
}
