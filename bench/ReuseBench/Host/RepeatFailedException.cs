using System.ComponentModel;
using System.Net.Sockets;
using ReuseBench.Core;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>A repeat that did not run to its end. The message is the reason that its row carries; the run goes on.</summary>
internal sealed class RepeatFailedException(string reason) : Exception(reason)
{
    /// <summary>
    /// Whether a repeat may end so: host, kernel and child processes fail in these ways. Anything else is a defect of this program.
    /// </summary>
    public static bool IsExpected(Exception e) => e is RepeatFailedException or UsageException or LinuxException or IOException
        or UnauthorizedAccessException or SocketException or TimeoutException or Win32Exception;
}

/// <summary>
/// A repeat that cannot be had here, for want of a right or of something in the kernel; the message says what is missing. It is a row with the
/// reason, and no failure.
/// </summary>
internal sealed class RepeatSkippedException(string message) : Exception(message);
