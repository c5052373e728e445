namespace ReuseBench.Core;

/// <summary>
/// Something the user asked for that cannot be done. The message is one finished line: what is wrong, where, what is allowed,
/// how to fix it. The program prints it to standard error and exits with 2, or with 1 where the host is at fault.
/// </summary>
public sealed class UsageException(string message) : Exception(message)
{
    /// <summary>
    /// Whether the request was right and this host does not let it be done now: a port that is taken, a right that is missing, a server that is not
    /// up, a package that cannot be had. The same command may succeed later, or elsewhere.
    /// </summary>
    public bool IsOfHost { get; private init; }

    /// <param name="message">As of any other.</param>
    public static UsageException OfHost(string message) => new(message) { IsOfHost = true };
}
