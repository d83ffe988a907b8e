package org.mococxr.local.process;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How one service is started.
 *
 * @param name for people, logs and ports, for example {@code splitter}
 * @param command program and arguments
 * @param environment added to this process' own
 * @param ready answers 200 once the service can work
 * @param log where its output goes, appended
 */
public record ServiceDefinition(
    String name, List<String> command, Map<String, String> environment, URI ready, Path log) {}
