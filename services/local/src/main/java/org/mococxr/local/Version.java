package org.mococxr.local;

import picocli.CommandLine.IVersionProvider;

/** The version that the build has written into the jar. */
public final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"mococxr " + (version == null ? "(not from a jar)" : version)};
  }
}
