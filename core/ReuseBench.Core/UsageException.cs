namespace ReuseBench.Core;

/// <summary>
/// Something the user asked for that cannot be done. The message is one finished line: what is wrong, where, what is allowed,
/// how to fix it. The program prints it to standard error and exits with 2.
/// </summary>
public sealed class UsageException(string message) : Exception(message);
