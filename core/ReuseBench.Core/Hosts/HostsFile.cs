using System.Net;
using System.Net.Sockets;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Hosts;

/// <summary>How the agents of a run come to be.</summary>
public enum HostLaunch
{
    /// <summary>The run starts them by ssh, and they end with it.</summary>
    Ssh,

    /// <summary>They run already.</summary>
    Agents,
}

/// <summary>What the clocks of the hosts are compared by.</summary>
public enum HostClock
{
    /// <summary>By the tighter of the two.</summary>
    Auto,

    /// <summary>By messages through the engine.</summary>
    Engine,

    /// <summary>By packets straight to the host.</summary>
    Udp,
}

/// <summary>What follows where a host is lost within a repeat.</summary>
public enum HostLoss
{
    /// <summary>The repeat is tried again once the host is back.</summary>
    Retry,

    /// <summary>The repeat is tried again with the hosts that are left.</summary>
    Continue,

    /// <summary>The run ends.</summary>
    Stop,
}

/// <summary>The hosts of a run: one for the server under test, one or more for the swarm, and the engine through which they are told what to do.</summary>
public sealed record HostsFile
{
    /// <summary>Of NATS.</summary>
    public const int DefaultEnginePort = 4222;

    private const string TlsScheme = "tls://";
    private const string PlainScheme = "nats://";

    private const string EngineForms =
        "write tls://HOST:PORT of a nats-server, start or start:PORT to have one on this host for the time of the run, or nats://127.0.0.1:PORT";

    /// <summary>The path as it was given, for messages.</summary>
    public required string Name { get; init; }

    /// <summary><c>tls://HOST:PORT</c>, or <c>nats://</c> on a loopback address; null where the run starts the engine itself.</summary>
    public string? Engine { get; init; }

    /// <summary>Where it listens; 0 lets the kernel choose, for an engine that the run starts.</summary>
    public int EnginePort { get; init; } = DefaultEnginePort;

    /// <summary>Whether the run starts the engine, on this host.</summary>
    public bool IsEngineStarted => Engine is null;

    public HostLaunch Launch { get; init; }

    public HostClock Clock { get; init; }

    /// <summary>The coordinator's folder of keys; null for an engine without any, which is on this host.</summary>
    public string? Credentials { get; init; }

    public required HostEntry Server { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<HostEntry> Clients { get; init; }

    public HostLoss OnHostLoss { get; init; }

    /// <summary>The server's host first.</summary>
    public IReadOnlyList<HostEntry> All => [Server, .. Clients];

    /// <summary>What is written behind <c>engine:</c>.</summary>
    /// <returns>The address, null for one that the run starts; and the port.</returns>
    /// <exception cref="UsageException">It is no engine, or one without TLS on another host.</exception>
    public static (string? Url, int Port) ParseEngine(string text, string what)
    {
        if (text == "start")
        {
            return (null, DefaultEnginePort);
        }

        if (text.StartsWith("start:", StringComparison.Ordinal))
        {
            return ushort.TryParse(text["start:".Length..], out ushort started)
                ? (null, started)
                : throw new UsageException($"{what}: '{text}' is no engine; {EngineForms}");
        }

        bool isTls = text.StartsWith(TlsScheme, StringComparison.Ordinal);
        if ((!isTls && !text.StartsWith(PlainScheme, StringComparison.Ordinal)) || !Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            || url.Host.Length == 0 || url.PathAndQuery is not ("" or "/") || url.UserInfo.Length > 0)
        {
            throw new UsageException($"{what}: '{text}' is no engine; {EngineForms}");
        }

        if (!isTls && !(IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address)))
        {
            throw new UsageException($"{what}: '{text}': without TLS an engine may be on a loopback address of this host only; write tls://{url.Authority}");
        }

        int port = url.Port > 0 ? url.Port : DefaultEnginePort;
        return ($"{(isTls ? TlsScheme : PlainScheme)}{url.Host}:{port}", port);
    }

    /// <summary>What no single line of the file shows: that its parts go together.</summary>
    /// <exception cref="UsageException">They do not, in one line without the name of the file.</exception>
    public void Validate()
    {
        foreach (string name in All.GroupBy(h => h.Name).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            throw new UsageException($"name: two hosts are called '{name}'; a name stands for one host, and the server's host sends no load itself");
        }

        bool needsKeys = Engine?.StartsWith(TlsScheme, StringComparison.Ordinal) == true;
        if (needsKeys && Credentials is null)
        {
            throw new UsageException("credentials: is missing; with a tls:// engine name the coordinator's folder of `reusebench cluster init`");
        }

        if (!needsKeys && Credentials is not null)
        {
            throw new UsageException("credentials: has no effect with this engine, which asks for no keys of yours; leave it out, or use a tls:// engine");
        }

        if (Launch == HostLaunch.Ssh && Engine is { } engine && !needsKeys)
        {
            throw new UsageException(
                $"engine: {engine} has no keys, and what ssh forwards is open to every user of a host; with launch: ssh write start, or tls://HOST:PORT");
        }

        if (Launch == HostLaunch.Ssh && All.FirstOrDefault(h => h.Ssh is null) is { } lacking)
        {
            throw new UsageException($"ssh: is missing at host '{lacking.Name}'; name what ssh calls it, or write launch: agents where its agent runs already");
        }

        foreach (HostEntry client in Clients)
        {
            AddressFamily family = client.Sources is { IsAny: false } sources ? sources[0].AddressFamily : client.Address.AddressFamily;
            if (family != Server.Address.AddressFamily)
            {
                throw new UsageException(
                    $"address: host '{client.Name}' and the server's host have addresses of different families; give both IPv4, or both IPv6");
            }
        }
    }
}

/// <summary>One host of a run.</summary>
public sealed record HostEntry
{
    /// <summary>As <see cref="HostNames"/> has it.</summary>
    public required string Name { get; init; }

    /// <summary>What ssh calls it; used with <see cref="HostLaunch.Ssh"/>.</summary>
    public string? Ssh { get; init; }

    /// <summary>Where the measured traffic goes: the server listens there; the clients' source where they have no others.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Source addresses of its clients; null for <see cref="Address"/> alone.</summary>
    public AddressSet? Sources { get; init; }

    /// <summary>CPUs that server or swarm get there; none for the host's own plan.</summary>
    public CpuList Cpus { get; init; } = CpuList.None;
}

/// <summary>Names of hosts: each is a word of the engine's subjects, a name of a folder and of a certificate.</summary>
public static class HostNames
{
    public const int Longest = 32;

    private static readonly string[] Taken = ["all", "coordinator"];

    /// <param name="name">As the user wrote it.</param>
    /// <param name="what">What the name is for, in messages.</param>
    /// <returns>The name.</returns>
    /// <exception cref="UsageException">It is no name of a host.</exception>
    public static string Require(string name, string what)
    {
        if (Taken.Contains(name))
        {
            throw new UsageException($"{what}: '{name}' is taken; call the host otherwise");
        }

        return name.Length is > 0 and <= Longest && name[0] != '-' && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? name
            : throw new UsageException($"{what}: '{name}' is no name of a host; use up to {Longest} lower-case letters, digits and '-', the first no '-'");
    }
}
