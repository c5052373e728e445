using System.CommandLine;
using ReuseBench.Core;

namespace ReuseBench.Bench.Cli;

/// <summary>An argument without an option's name.</summary>
internal static class Positional
{
    /// <param name="name">As messages and completions know it.</param>
    /// <param name="value">What stands for it in help.</param>
    /// <param name="description">For help.</param>
    public static Argument<string?> Of(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>What may be named with its option or without.</summary>
    /// <returns>Null where it is not named.</returns>
    /// <exception cref="UsageException">It is named both ways.</exception>
    public static string? Either(string what, string? positional, string? option) => positional is null || option is null
        ? positional ?? option
        : throw new UsageException($"{what}: is named twice, '{positional}' and '{option}'; name it once");
}

/// <summary>The target as people write it: <c>HOST:PORT</c> or an http URL.</summary>
internal static class TargetArgument
{
    private const string Http = "http://";

    /// <param name="positional">Behind the command.</param>
    /// <param name="option">Of <c>--target</c>.</param>
    /// <returns>HOST:PORT, and the path of a URL that has one.</returns>
    /// <exception cref="UsageException">None or both are given, or it is a URL of another kind.</exception>
    public static (string Target, string? Path) Read(string? positional, string? option)
    {
        string text = Positional.Either("target", positional, option)
            ?? throw new UsageException("target: name a server, such as 127.0.0.1:8080 or http://127.0.0.1:8080/");
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return (text, null);
        }

        if (!text.StartsWith(Http, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"target: '{text}': only http is spoken; use http://HOST:PORT/ without TLS");
        }

        string rest = text[Http.Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? rest : rest[..slash];
        bool hasPort = host.LastIndexOf(':') > host.LastIndexOf(']');
        return (hasPort ? host : $"{host}:80", slash < 0 || slash == rest.Length - 1 ? null : rest[slash..]);
    }
}
