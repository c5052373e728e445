using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Bench.Children;

/// <summary>
/// What a server of ours needs of the kernel and of the rights of this process: tried before one is started, so that a repeat is skipped with the reason
/// where it is not to be had, and not failed.
/// </summary>
internal static class ServerNeeds
{
    /// <param name="server">To be started by the calling thread, which has the rights of the server's.</param>
    /// <exception cref="RepeatSkippedException">It needs what there is not here.</exception>
    public static void Require(ServerSettings server)
    {
        if (server.Accept == AcceptMode.IoUring && AcceptRing.WhyNot() is { } why)
        {
            throw new RepeatSkippedException($"accept {Names.Of(server.Accept)} cannot be had here: {why}");
        }

        if (server.Variant == Variant.Reuseport && SelectorShares.NeedsRights(server.Selector))
        {
            Open(server with { Workers = 1, Port = 0 }).Dispose();
        }
    }

    /// <summary>The listeners of a group with their selector, in this process.</summary>
    /// <exception cref="RepeatSkippedException">The rights do not allow the selector.</exception>
    public static ReuseportListeners Open(ServerSettings server)
    {
        try
        {
            return ReuseportListeners.Open(server);
        }
        catch (LinuxException e) when (IsOfSelector(e.Call) && e.Errno.Code is ErrnoCode.EPERM or ErrnoCode.EACCES)
        {
            throw new RepeatSkippedException($"{Names.Of(server.Selector)} is not allowed here: {e.Message}");
        }
    }

    /// <summary>Whether the call gives a group its selector.</summary>
    private static bool IsOfSelector(string call) => call == "setsockopt" || call.StartsWith("bpf(", StringComparison.Ordinal);
}
