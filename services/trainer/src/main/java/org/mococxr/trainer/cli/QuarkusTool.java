package org.mococxr.trainer.cli;

import io.quarkus.picocli.runtime.PicocliCommandLineFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import picocli.CommandLine;

/** The tool as the trainer's image starts it. */
@ApplicationScoped
class QuarkusTool {

  @Produces
  CommandLine commandLine(PicocliCommandLineFactory factory) {
    return Tool.complete(factory.create());
  }
}
