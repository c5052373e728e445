using ReuseBench.Linux;

namespace ReuseBench.Semantics.Probing;

/// <summary>What the caller may do; a reason instead of a right says why the cases that need it are skipped.</summary>
/// <param name="NoNamespace">Why there is no private network namespace; null where there is.</param>
/// <param name="NoDevices">Why there are no interfaces to bind to; null where there are.</param>
/// <param name="NoOtherUser">Why no socket can be made as another user; null where it can.</param>
public sealed record Rights(string? NoNamespace, string? NoDevices, string? NoOtherUser)
{
    private const string RunAsRoot = "run as root";

    /// <summary>Tries each right on a thread of its own rather than reading what it should be: containers filter calls.</summary>
    public static Rights OfThisProcess() => new(
        Missing("a private network namespace", () => ProbeSite.CreatePrivate().Dispose()),
        Missing("interfaces in a private network namespace", () => ProbeSite.CreateWithDevices().Dispose()),
        Missing("a socket of another user", () => UserIds.SetFsUid(OtherUser.OfThisThread())));

    private static string? Missing(string what, Action attempt) => DedicatedThread.Run(() =>
    {
        try
        {
            attempt();
            return null;
        }
        catch (LinuxException e)
        {
            return $"needs {what} ({e.Call}: {e.Errno.Name}); {RunAsRoot}";
        }
    });
}
