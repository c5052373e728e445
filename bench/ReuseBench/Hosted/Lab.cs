using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using ReuseBench.Bench.Adapters;
using ReuseBench.Bench.Host;
using ReuseBench.Cluster;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Hosts;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Hosted;

/// <summary>A host of the lab that has answered.</summary>
/// <param name="Entry">As the hosts file has it.</param>
/// <param name="Hello">What its agent says of itself.</param>
/// <param name="Description">What it says of the host.</param>
internal sealed record LabMember(HostEntry Entry, HostHello Hello, HostDescription Description)
{
    /// <summary>CPUs that its half runs on.</summary>
    public CpuList Cpus => Entry.Cpus.IsEmpty ? CpuList.Parse(Description.Cpus, "cpus") : Entry.Cpus;

    /// <summary>The interface of its address; null where there is none that says anything.</summary>
    public NetworkCard? Card => Description.Cards.GetValueOrDefault($"{Entry.Address}");

    /// <summary>Physical cores of these; null where the hosts file names some of them.</summary>
    public int? CoresOfCpus => Entry.Cpus.IsEmpty ? Description.Cores : null;
}

/// <summary>The hosts of a run, connected and claimed. Disposing it gives them free.</summary>
internal sealed class Lab : IDisposable
{
    /// <summary>An agent that was started a moment ago may not be connected yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<IDisposable> _open = [];
    private SshLaunch? _launched;
    private bool _waits;

    private Lab(HostsFile file, string session)
    {
        File = file;
        Session = session;
    }

    public HostsFile File { get; }

    /// <summary>By which engine and agents know the run.</summary>
    public string Session { get; }

    public Coordinator Coordinator { get; private set; } = null!;

    /// <summary>The server's first.</summary>
    public IReadOnlyList<LabMember> Hosts { get; private set; } = [];

    public LabMember Server => Hosts[0];

    public IReadOnlyList<LabMember> Clients => [.. Hosts.Skip(1)];

    /// <summary>A host was lost, and the hosts file says that the run ends then.</summary>
    public bool MustStop { get; set; }

    /// <summary>What agents say that the run started by ssh.</summary>
    public AgentLog AgentLog { get; } = new();

    public string Engine { get; private set; } = "";

    public string? EngineVersion { get; private set; }

    /// <summary>Connects, and claims every host.</summary>
    /// <param name="file">Names them.</param>
    /// <param name="session">By which engine and agents know the run.</param>
    /// <param name="log">Hears what is waited for.</param>
    /// <param name="waits">Waits for a host that another run has: it may be this one's before it was killed.</param>
    /// <exception cref="UsageException">The engine or a host is not there, refuses, or is of another version; one line.</exception>
    public static Lab Open(HostsFile file, string session, TextWriter log, bool waits = false)
    {
        Lab lab = new(file, session) { _waits = waits };
        try
        {
            lab.Connect(log);
            return lab;
        }
        catch
        {
            lab.Dispose();
            throw;
        }
    }

    /// <summary>Whether this program is on the server's host, by its address: restarts are made from there.</summary>
    public bool IsOnServerHost => IPAddress.IsLoopback(File.Server.Address) || NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(i => i.GetIPProperties().UnicastAddresses).Any(a => a.Address.Equals(File.Server.Address));

    /// <summary>As <c>run.json</c> has them.</summary>
    public LabFacts Facts() => new(
        Engine,
        EngineVersion,
        [
            .. Hosts.Select(h => new LabHost(
                h.Entry.Name, h == Server ? HostRole.Server : HostRole.Swarm, $"{h.Entry.Address}", h.Card?.ToString(), h.Description.ClockState,
                h.Description.Facts, h.Card?.Queues)),
        ],
        Session);

    /// <summary>Whether a host that was lost is there again, and claimed; an agent whose ssh session is over is started anew.</summary>
    /// <param name="host">Of the hosts file.</param>
    /// <param name="limit">For its answer.</param>
    public bool TryReclaim(HostEntry host, TimeSpan limit)
    {
        _ = _launched?.TryAgain(host);
        try
        {
            _ = Coordinator.Claim(host, limit);
            return true;
        }
        catch (Exception e) when (e is HostLostException or HostRefusedException)
        {
            return false;
        }
    }

    /// <summary>How many clients a cell's swarm is to run on.</summary>
    /// <exception cref="UsageException">It wants more than the hosts file names.</exception>
    public int ClientsWantedBy(Cell cell) => cell.ClientHosts is not (int wanted and not Cell.AllClientHosts) ? Clients.Count
        : wanted <= Clients.Count ? wanted
        : throw new UsageException($"client_hosts: {wanted}, and {File.Name} names {Clients.Count}; use at most that many, or all");

    /// <summary>The clients that a cell's swarm runs on: the first of those that are left, and fewer than it wants where no more are.</summary>
    /// <param name="cell">Says how many.</param>
    /// <param name="given">Names of hosts that were given up.</param>
    /// <exception cref="UsageException">It wants more than the hosts file names.</exception>
    public IReadOnlyList<LabMember> ClientsOf(Cell cell, IReadOnlySet<string> given) =>
        [.. Clients.Where(c => !given.Contains(c.Entry.Name)).Take(ClientsWantedBy(cell))];

    public void Dispose()
    {
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            _open[i].Dispose();
        }

        _open.Clear();
        AgentLog.Dispose();
    }

    private void Connect(TextWriter log)
    {
        if (File.Clock == HostClock.Udp)
        {
            throw new UsageException($"{File.Name}: clock: udp is not built yet; use engine, or auto");
        }

        LocalEngine? started = File.IsEngineStarted ? Started() : null;
        Engine = started?.Url ?? File.Engine!;
        Credentials? own = started?.CredentialsOf(Coordinator.Name) ?? (File.Credentials is { } folder ? Credentials.Read(folder) : null);
        EngineLink link = Opened(EngineLink.Connect(Engine, own, Coordinator.Name));
        EngineVersion = link.Version;
        if (File.Launch == HostLaunch.Ssh)
        {
            log.WriteLine($"hosts: starting {File.All.Count} agents by ssh");
            Uri address = new(Engine);
            _launched = Opened(SshLaunch.Start(
                File, host => started?.CredentialsOf(host.Name) ?? CredentialsOf(host), address.Port, engineHost: address.Host, log: AgentLog));
        }

        Coordinator = Opened(new Coordinator(link, Session));
        List<LabMember> members = [];
        foreach (HostEntry host in File.All)
        {
            members.Add(Claim(host, host == File.Server ? WorkOrder.Serve : WorkOrder.Load, log));
        }

        Hosts = members;
        foreach (HostEntry client in File.Clients)
        {
            RequireWay(client);
        }
    }

    /// <exception cref="UsageException">A client's kernel knows no way to the server's address.</exception>
    private void RequireWay(HostEntry client)
    {
        try
        {
            Coordinator.RequireWay(client, File.Server.Address);
        }
        catch (HostRefusedException e)
        {
            throw new UsageException($"host {e.Message}; give it a route, or the server an address that it reaches ({File.Name})");
        }
        catch (HostLostException e)
        {
            throw new UsageException($"host {e.Message}");
        }
    }

    /// <summary>On loopback; with keys where agents come from other hosts, as what ssh forwards is open to every user of those.</summary>
    private LocalEngine Started()
    {
        string folder = Directory.CreateTempSubdirectory("reusebench-engine-").FullName;
        _open.Add(new Removal(folder));
        return Opened(LocalEngine.Start(folder, File.EnginePort, File.Launch == HostLaunch.Ssh ? [.. File.All.Select(h => h.Name)] : null, Wrap));

        // It ends with this thread, however that ends.
        static IReadOnlyList<string> Wrap(IReadOnlyList<string> command) => [.. SelfExecutable.Find(), .. StrangerRole.Arguments(command)];
    }

    /// <summary>Of a lab whose keys all lie beside the coordinator's, as `cluster init` leaves them.</summary>
    private Credentials? CredentialsOf(HostEntry host) => File.Credentials is { } folder
        ? Credentials.Read(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder.TrimEnd('/')))!, host.Name))
        : null;

    private T Opened<T>(T resource)
        where T : IDisposable
    {
        _open.Add(resource);
        return resource;
    }

    private LabMember Claim(HostEntry host, string role, TextWriter log)
    {
        HostHello hello = Claim(host, log);
        string own = HostFactsReader.VersionText;
        if (hello.Version != own)
        {
            throw new UsageException($"host {host.Name}: its agent is reusebench {hello.Version}, and this is {own}; use the same on all hosts");
        }

        if (!hello.Allowed.Contains(role))
        {
            throw new UsageException($"host {host.Name}: its agent does not take the role {role}; it allows {string.Join(", ", hello.Allowed)} (--allow)");
        }

        HostDescription description = JsonSerializer.Deserialize(hello.Facts, HostedJson.Default.HostDescription)!;
        RequireOwn(host, host.Address, "address", description);
        for (int i = 0; i < (host.Sources is { IsAny: false } sources ? sources.Count : 0); i++)
        {
            RequireOwn(host, host.Sources![i], "source address", description);
        }

        return new LabMember(host, hello, description);
    }

    private void RequireOwn(HostEntry host, IPAddress address, string what, HostDescription description)
    {
        if (!description.Addresses.Contains($"{address}") && !IPAddress.IsLoopback(address))
        {
            throw new UsageException(
                $"host {host.Name}: {File.Name} gives it the {what} {address}, and it has {string.Join(", ", description.Addresses)}; name one of these");
        }
    }

    private sealed class Removal(string folder) : IDisposable
    {
        public void Dispose() => Directory.Delete(folder, recursive: true);
    }

    private HostHello Claim(HostEntry host, TextWriter log)
    {
        long untilNs = MonotonicClock.NowNs() + (long)Patience.TotalNanoseconds;
        bool isSaid = false;
        while (true)
        {
            try
            {
                return Coordinator.Claim(host);
            }
            catch (HostRefusedException e) when (!_waits || MonotonicClock.NowNs() > untilNs)
            {
                throw new UsageException(e.Message);
            }
            catch (HostLostException e) when (MonotonicClock.NowNs() > untilNs)
            {
                throw new UsageException($"host {e.Message}; start `reusebench agent --name {host.Name}` there");
            }
            catch (Exception e) when (e is HostLostException or HostRefusedException)
            {
                if (!isSaid)
                {
                    log.WriteLine($"hosts: waiting for the agent of {host.Name}");
                    isSaid = true;
                }

                Thread.Sleep(TimeSpan.FromMilliseconds(250));
            }
        }
    }
}
