namespace ReuseBench.Linux;

/// <summary>Whether this process was started with its standard streams.</summary>
public static class StandardStreams
{
    /// <summary>
    /// Whether a descriptor was open when the program began. What was not is taken by the next file that the runtime opens for itself, such as the pipe
    /// that its signals come through, and a message that is written there ends the process. The runtime's own close at exec(2); what was inherited does not.
    /// </summary>
    /// <param name="fd">1 for standard output, 2 for standard error.</param>
    public static bool IsInherited(int fd) => LibC.Result(LibC.fcntl(fd, LibC.F_GETFD, 0)) is >= 0 and var flags && (flags & LibC.FD_CLOEXEC) == 0;
}
