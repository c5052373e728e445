using System.Collections;
using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// The protocol by which a supervisor leaves listening sockets to a program: descriptors from 3 on, their number in LISTEN_FDS, and in
/// LISTEN_PID whom they are for. <see href="https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html">sd_listen_fds(3)</see>
/// </summary>
public static class SocketActivation
{
    private const int FirstDescriptor = 3;
    private const string CountVariable = "LISTEN_FDS";
    private const string PidVariable = "LISTEN_PID";

    /// <summary>
    /// Becomes another program, which inherits <paramref name="listener"/> and nothing else: every other descriptor has CLOEXEC. Returns
    /// only by an exception, and the process is of no further use then, since descriptor 3 may have been the runtime's.
    /// </summary>
    /// <param name="listener">The socket to leave.</param>
    /// <param name="arguments">The program's path, then its arguments.</param>
    /// <exception cref="LinuxException">The program cannot be executed.</exception>
    public static void Execute(Descriptor listener, IReadOnlyList<string> arguments)
    {
        string[] environment =
        [
            .. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .Where(entry => entry.Key is not (CountVariable or PidVariable))
                .Select(entry => $"{entry.Key}={entry.Value}"),
            $"{CountVariable}=1",
            $"{PidVariable}={Environment.ProcessId}",
        ];
        Inherit(listener.Value);
        ProgramExecution.Become(arguments, environment);
    }

    /// <summary>The one socket that was left to this process, owned and with CLOEXEC again; null where none was.</summary>
    /// <exception cref="LinuxException">The descriptor is not there, though LISTEN_FDS says so.</exception>
    public static Descriptor? Take()
    {
        if (Environment.GetEnvironmentVariable(PidVariable) != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            || Environment.GetEnvironmentVariable(CountVariable) != "1")
        {
            return null;
        }

        // Not for programs that this one starts.
        Environment.SetEnvironmentVariable(PidVariable, null);
        Environment.SetEnvironmentVariable(CountVariable, null);
        return InheritedDescriptor.Take(FirstDescriptor);
    }

    private static void Inherit(int fd)
    {
        // dup2(3, 3) would leave CLOEXEC on.
        int result = fd == FirstDescriptor
            ? LibC.Result(LibC.fcntl(fd, LibC.F_SETFD, 0))
            : LibC.Result(LibC.dup2(fd, FirstDescriptor));
        LinuxException.ThrowIfError(result, "dup2", $"{fd} to {FirstDescriptor}");
    }
}
