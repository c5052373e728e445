using System.Reflection;
using ReuseBench.Bench.Adapters;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Shared;

namespace ReuseBench.Bench.Tests;

/// <summary>Adapter files: those that come with the program, and what is wrong with one, in one line.</summary>
public sealed class AdapterReaderTests : IDisposable
{
    private const string Good = """
        name: mine
        find: [mine]
        packages: {debian: mine-server}
        version: {arguments: [-v], pattern: 'mine (\S+)'}
        modes:
          shared: {listeners: 1, words: {option: ""}}
          reuseport: {listeners: "{workers}", words: {option: reuseport}, needs: '>= 2.5'}
        files:
          mine.conf: |
            listen {address} {option} spend {service_ns}
        start: ["{program}", -c, "{dir}/mine.conf"]
        workers: {are: children, header: X-Worker}
        reloads:
          hup: {signal: HUP}
          fewer: {signal: HUP, words: {workers: "1"}}
          run: {run: ["{program}", reload, "{main}"], modes: [shared]}
          restart: {stop_first: true}
        stop: {signal: QUIT, limit: 3s}
        service: [cpu]
        """;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"reusebench-adapter-{Path.GetRandomFileName()}.yaml");

    public static TheoryData<string> BuiltIn => [.. AdapterCatalogue.BuiltIn()];

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void One_that_comes_with_the_program_is_named_as_its_file_and_says_what_to_install(string name)
    {
        ServerAdapter adapter = AdapterCatalogue.Require(name);
        Assert.Equal(name, adapter.Name);
        Assert.NotEmpty(adapter.Packages);
        Assert.All(adapter.Modes, mode => Assert.NotEmpty(adapter.ReloadsOf(mode)));
    }

    [Fact]
    public void The_adapters_of_the_documents_are_those_that_there_are() =>
        Repository.RequireSameParts([KeyValuePair.Create<string, Func<string>>("adapters", Table)], "docs", "SERVERS.md");

    [Fact]
    public void The_servers_of_the_first_set_are_there() =>
        Assert.Superset(
            new HashSet<string> { "nginx", "haproxy", "apache", "lighttpd", "node", "gunicorn", "caddy", "envoy", "uwsgi", "kestrel" },
            AdapterCatalogue.BuiltIn().ToHashSet());

    [Fact]
    public void What_a_file_says_is_what_is_read()
    {
        ServerAdapter adapter = Read(Good);
        Assert.Equal(["shared", "reuseport"], adapter.Modes.Select(m => m.Name));
        Assert.Equal([ServiceKind.Cpu], adapter.Service);
        Assert.Equal((null, new Version(2, 5)), (adapter.Modes[0].LeastVersion, adapter.Modes[1].LeastVersion));
        Assert.Equal(["hup", "fewer", "restart"], adapter.ReloadsOf(adapter.Modes[1]).Select(r => r.Name));
        Assert.Equal(
            [ReplacedProcesses.Workers, ReplacedProcesses.Workers, ReplacedProcesses.Nothing, ReplacedProcesses.All],
            adapter.Reloads.Select(r => r.Replaces));
        Assert.Equal("mine is not installed (apt-get install mine-server)", adapter.NotInstalled);
        Assert.Null(adapter.FindProgram());
    }

    /// <summary>A server that answers by its configuration alone has nothing that could spend a time on a request.</summary>
    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void A_service_time_is_taken_where_a_program_of_ours_answers_and_refused_elsewhere(string name)
    {
        ServerAdapter adapter = AdapterCatalogue.Require(name);
        ServiceKind[] kinds = Enum.GetValues<ServiceKind>();
        ServiceKind[] taken = [.. kinds.Where(kind => Refusal(adapter, kind) is null)];
        Assert.Equal(adapter.Service.Order(), taken);
        Assert.Equal(new[] { "gunicorn", "kestrel", "node", "uwsgi" }.Contains(name), taken.Length > 0);
        Assert.All(kinds.Except(taken), kind => Assert.StartsWith("service_time: ", Refusal(adapter, kind), StringComparison.Ordinal));
        AdapterService.Require(adapter, ServiceTime.None);
    }

    [Theory]
    [InlineData("nginx", "2ms", "service_time: nginx runs no program of ours that could spend '2ms' on a request; leave it out, or use one of gunicorn (cpu, "
        + "wait), kestrel (work, cpu), node (cpu, wait), uwsgi (cpu, wait)")]
    [InlineData("gunicorn", "2ms", "service_time: '2ms' is work, and gunicorn takes cpu, wait; write 2ms:cpu or 2ms:wait")]
    [InlineData("kestrel", "2ms:wait:pareto", "service_time: '2ms:wait:pareto' is wait, and kestrel takes work, cpu; write 2ms:pareto or "
        + "2ms:cpu:pareto")]
    public void A_service_time_that_cannot_be_exact_is_refused_with_those_that_can(string name, string time, string says)
    {
        ServerAdapter adapter = AdapterCatalogue.Require(name);
        Assert.Equal(says, Assert.Throws<UsageException>(() => AdapterService.Require(adapter, ServiceTime.Parse(time, ""))).Message);
    }

    [Fact]
    public void A_program_of_our_sources_is_that_of_the_configuration_that_runs()
    {
        string configuration = typeof(ServerAdapter).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration.ToLowerInvariant();
        Assert.Contains(
            $"dotnet build -c {configuration} servers/ReuseBench.Kestrel", AdapterCatalogue.Require("kestrel").NotInstalled, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_replaced_and_other_braces_stay() => Assert.Equal(
        "events { a; } x { return 1; } 7 {other}",
        AdapterWords.Replace("events { a; } x { return {one}; } {port} {other}", new Dictionary<string, string> { ["one"] = "1", ["port"] = "7" }));

    [Theory]
    [InlineData("name: mine", "nmae: mine", 1, "key 'nmae' is unknown; did you mean 'name'? Use one of name, about, find")]
    [InlineData("name: mine", "name: My Server", 1, "name: 'My Server' is no name; use up to 40 lower-case letters")]
    [InlineData("find: [mine]", "find: []", 2, "find: expected a list")]
    [InlineData("pattern: 'mine (\\S+)'", "pattern: 'mine \\S+'", 4, "has no group in parentheses that is the version")]
    [InlineData("pattern: 'mine (\\S+)'", "pattern: 'mine ('", 4, "is no regular expression")]
    [InlineData("{listeners: 1,", "{listeners: 0,", 6, "listeners: '0' is no count of sockets")]
    [InlineData("\"{workers}\"", "\"{worker}\"", 7, "the word '{worker}' is unknown; did you mean '{workers}'?")]
    [InlineData("'>= 2.5'", "'2.5'", 7, "needs: '2.5' is no least version; write it as '>= 2.5'")]
    [InlineData("  mine.conf: |", "  ../mine.conf: |", 9, "files: '../mine.conf' is no name of a file")]
    [InlineData("listen {address} {option}", "listen {adress} {option}", 9, "file mine.conf, mode shared: the word '{adress}' is unknown; did you mean "
        + "'{address}'?")]
    [InlineData("{are: children,", "{are: childs,", 12, "workers: are: 'childs' is unknown; use one of children, main")]
    [InlineData("hup: {signal: HUP}", "hup: {signal: HUB}", 14, "reload hup: signal: 'HUB' is unknown; did you mean 'HUP'? Use one of HUP, INT")]
    [InlineData("hup: {signal: HUP}", "hup: {signal: HUP, run: [x]}", 14, "reload hup: name one of signal, run, again, stop_first, signals, not signal and "
        + "run")]
    [InlineData("hup: {signal: HUP}", "hup: {signals: [HUP]}", 14, "reload hup: signals: one alone is a signal; name the one that starts a new process first")]
    [InlineData("words: {workers: \"1\"}", "words: {threads: \"1\"}", 15, "words: 'threads' is no word of a mode and not workers: nothing would change")]
    [InlineData("modes: [shared]}", "modes: [shred]}", 16, "modes: 'shred' is unknown; did you mean 'shared'?")]
    [InlineData("stop_first: true", "stop_first: yes", 17, "stop_first: 'yes' is unknown; use true")]
    [InlineData("service: [cpu]", "service: [cpus]", 19, "service: 'cpus' is unknown; did you mean 'cpu'? Use one of work, cpu, wait")]
    [InlineData(" spend {service_ns}", "", 19, "service: no file and no argument has one of {service_time}, {service_kind}, {service_ns}, {rounds_per_us}: "
        + "the server would not be told")]
    [InlineData("limit: 3s", "limit: 3", 18, "stop: limit: '3' is not a duration")]
    [InlineData("stop: {signal: QUIT, limit: 3s}", "", 1, "stop: is missing; copy it from nginx.yaml")]
    public void What_is_wrong_is_one_line_with_file_line_and_what_is_allowed(string good, string bad, int line, string says)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        UsageException e = Assert.Throws<UsageException>(() => Read(Good.Replace(good, bad, StringComparison.Ordinal)));
        Assert.StartsWith($"{_path}, line {line}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Damaged_files_are_refused_by_the_one_exception_that_callers_know() =>
        new Mutations(15, System.Text.Encoding.UTF8.GetBytes(Good)).Try(
            300,
            (bytes, _) =>
            {
                File.WriteAllBytes(_path, bytes);
                AdapterReader.Read(_path);
            },
            typeof(UsageException));

    private static string Table()
    {
        MarkdownTable table = new("server", "what it is", "modes (listeners)", "reloads", "service time", "Debian package");
        foreach (ServerAdapter adapter in AdapterCatalogue.BuiltIn().Select(AdapterCatalogue.Require))
        {
            table.Row(
                MarkdownTable.Code(adapter.Name),
                adapter.About,
                string.Join(", ", adapter.Modes.Select(m => $"{MarkdownTable.Code(m.Name)} ({m.Listeners.Trim('{', '}')})")),
                string.Join(", ", adapter.Reloads.Select(r => MarkdownTable.Code(r.Name))),
                adapter.Service.Count > 0 ? string.Join(", ", adapter.Service.Select(kind => MarkdownTable.Code(Names.Of(kind)))) : "–",
                adapter.Packages.TryGetValue("debian", out string? package) ? MarkdownTable.Code(package) : "–");
        }

        return table.ToString();
    }

    private static string? Refusal(ServerAdapter adapter, ServiceKind kind)
    {
        try
        {
            AdapterService.Require(adapter, new ServiceTime(Duration.FromMicroseconds(50), ServiceSpread.Bimodal, kind));
            return null;
        }
        catch (UsageException e)
        {
            return e.Message;
        }
    }

    private ServerAdapter Read(string text)
    {
        File.WriteAllText(_path, text);
        return AdapterReader.Read(_path);
    }
}
