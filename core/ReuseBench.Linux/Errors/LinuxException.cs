using System.Diagnostics.CodeAnalysis;

namespace ReuseBench.Linux;

/// <summary>A set-up call that failed: one line that names the call, what it was about, the error and what to do.</summary>
public sealed class LinuxException : Exception
{
    /// <param name="call">The system call, "bind".</param>
    /// <param name="subject">What it was about: an endpoint, an option, a path.</param>
    /// <param name="errno">The kernel's reason.</param>
    /// <param name="hint">What to do about it; null takes the usual advice for this call and error, if there is any.</param>
    public LinuxException(string call, string subject, Errno errno, string? hint = null)
        : base(Compose(call, subject, errno, hint ?? ErrnoHint.For(call, errno.Code)))
    {
        Call = call;
        Subject = subject;
        Errno = errno;
        Hint = hint ?? ErrnoHint.For(call, errno.Code);
    }

    public string Call { get; }

    public string Subject { get; }

    public Errno Errno { get; }

    public string? Hint { get; }

    /// <summary>Turns the result of a set-up call into itself or an exception.</summary>
    /// <returns><paramref name="result"/>, which is not negative.</returns>
    /// <exception cref="LinuxException"><paramref name="result"/> is a negative errno.</exception>
    public static int ThrowIfError(int result, string call, string subject, string? hint = null)
    {
        if (result < 0)
        {
            Throw(result, call, subject, hint);
        }

        return result;
    }

    /// <inheritdoc cref="ThrowIfError(int, string, string, string?)"/>
    public static int ThrowIfError(int result, string call, in SockAddr endpoint, string? hint = null)
    {
        if (result < 0)
        {
            Throw(result, call, endpoint.ToString(), hint);
        }

        return result;
    }

    [DoesNotReturn]
    internal static void Throw(int negativeResult, string call, string subject, string? hint = null) =>
        throw new LinuxException(call, subject, Errno.FromResult(negativeResult), hint);

    private static string Compose(string call, string subject, Errno errno, string? hint) =>
        hint is null ? $"{call} {subject}: {errno}" : $"{call} {subject}: {errno}; {hint}";
}
