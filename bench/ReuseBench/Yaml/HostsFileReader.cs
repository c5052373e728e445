using System.Net;
using ReuseBench.Core;
using ReuseBench.Core.Hosts;
using ReuseBench.Core.Units;
using YamlDotNet.RepresentationModel;

namespace ReuseBench.Bench.Yaml;

/// <summary>Reads a file of hosts; every problem names file, line and key, and what is allowed.</summary>
internal sealed class HostsFileReader : YamlFile
{
    private static readonly string[] TopKeys = ["engine", "credentials", "launch", "clock", "server", "clients", "on_host_loss"];
    private static readonly string[] ServerKeys = ["name", "ssh", "address", "cpus"];
    private static readonly string[] ClientKeys = ["name", "ssh", "address", "sources", "cpus"];

    private readonly string _source;

    private HostsFileReader(string path)
        : base(path, "a hosts file", "address: 10.0.0.1") => _source = path;

    /// <exception cref="UsageException">The file cannot be read, or says what cannot be.</exception>
    public static HostsFile Read(string path)
    {
        HostsFileReader reader = new(path);
        return reader.Of(reader.ReadFile(path));
    }

    /// <param name="name">As problems name it.</param>
    /// <param name="text">Of the file.</param>
    /// <exception cref="UsageException">It says what cannot be.</exception>
    public static HostsFile Read(string name, TextReader text)
    {
        HostsFileReader reader = new(name);
        return reader.Of(reader.ReadAll(text));
    }

    private HostsFile Of(string text)
    {
        YamlMappingNode root = Parse(text, TopKeys);
        YamlNode engine = Required(root, "engine", "start, or tls://HOST:PORT");
        (string? url, int port) = Checked(engine, () => HostsFile.ParseEngine(Scalar(engine, "engine"), "engine"));
        YamlNode clients = Required(root, "clients", "a list such as - {name: b, ssh: lab-b, address: 10.0.0.2}");
        if (clients is not YamlSequenceNode list || !list.Children.Any())
        {
            throw Problem(clients, "clients: expected a list of one host or more, such as - {name: b, ssh: lab-b, address: 10.0.0.2}");
        }

        HostsFile file = new()
        {
            Name = _source,
            Engine = url,
            EnginePort = port,
            Credentials = Child(root, "credentials") is { } folder ? FolderOf(folder) : null,
            Launch = Chosen(root, "launch", HostLaunch.Ssh),
            Clock = Chosen(root, "clock", HostClock.Auto),
            OnHostLoss = Chosen(root, "on_host_loss", HostLoss.Retry),
            Server = HostOf(Required(root, "server", "{name: a, ssh: lab-a, address: 10.0.0.1}"), "server", ServerKeys),
            Clients = [.. list.Children.Select(node => HostOf(node, "clients", ClientKeys))],
        };
        return Checked(root, () =>
        {
            file.Validate();
            return file;
        });
    }

    private HostEntry HostOf(YamlNode node, string what, string[] keys)
    {
        YamlMappingNode host = Mapping(node, what);
        RequireKeys(host, keys);
        YamlNode name = Required(host, "name", "a");
        YamlNode address = Required(host, "address", "10.0.0.1");
        return new HostEntry
        {
            Name = Checked(name, () => HostNames.Require(Scalar(name, "name"), "name")),
            Ssh = Child(host, "ssh") is { } ssh ? DestinationOf(ssh) : null,
            Address = AddressOf(address),
            Sources = Child(host, "sources") is { } sources ? SourcesOf(sources) : null,
            Cpus = Child(host, "cpus") is { } cpus ? Checked(cpus, () => CpuList.Parse(Scalar(cpus, "cpus"), "cpus")) : CpuList.None,
        };
    }

    /// <summary>A word that ssh takes for an option would do what the option does.</summary>
    private string DestinationOf(YamlNode node)
    {
        string text = Scalar(node, "ssh");
        return text.Length > 0 && text[0] != '-' && text.All(c => c is > ' ' and < '\x7f')
            ? text
            : throw Problem(node, $"ssh: '{text}' is no destination; write what you would write behind ssh, such as lab-b or user@10.0.0.2");
    }

    private IPAddress AddressOf(YamlNode node)
    {
        string text = Scalar(node, "address");

        // A number alone is an address, too, and nobody means it.
        return IPAddress.TryParse(text, out IPAddress? address) && text.AsSpan().ContainsAny('.', ':')
            && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address
            : throw Problem(node, $"address: '{text}' is no address of a host; write the one that the measured traffic is to use, such as 10.0.0.1");
    }

    private AddressSet SourcesOf(YamlNode node)
    {
        AddressSet sources = Checked(node, () => AddressSet.Parse(Scalar(node, "sources"), "sources"));
        return sources.IsAny ? throw Problem(node, "sources: names no address; write 10.0.0.2-10.0.0.33, or leave it out") : sources;
    }

    /// <summary>Relative to the file, as a reader of it expects.</summary>
    private string FolderOf(YamlNode node)
    {
        string text = Scalar(node, "credentials");
        if (text.Length == 0)
        {
            throw Problem(node, "credentials: names no folder; write where the coordinator's keys are");
        }

        string path = text == "~" || text.StartsWith("~/", StringComparison.Ordinal)
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + text[1..]
            : text;
        return Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(_source)) ?? "/");
    }

    private T Chosen<T>(YamlMappingNode root, string key, T otherwise)
        where T : struct, Enum => Child(root, key) is { } node ? Checked(node, () => Names.Parse<T>(Scalar(node, key), key)) : otherwise;

    private YamlNode Required(YamlMappingNode mapping, string key, string example) =>
        Child(mapping, key) ?? throw Problem(mapping, $"{key}: is missing; write {key}: {example}");
}
