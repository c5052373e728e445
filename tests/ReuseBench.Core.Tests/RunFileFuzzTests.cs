using System.Text;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Shared;

namespace ReuseBench.Core.Tests;

/// <summary>What a run folder that somebody else sent, or a damaged disk, may hold: it is read, or refused in one line.</summary>
public sealed class RunFileFuzzTests : IDisposable
{
    private static readonly Dictionary<string, (string[] Samples, Action<string> Read)> Texts = new()
    {
        ["expectation"] = (["gap_ms < 50", "errors = 0", "ratio: reuseport/single > 1.1", "p99_us <= 3 ms"], text => _ = Expectation.Parse(text)),
        ["duration"] = (["100ms", "1.5s", "2h", "50us"], text => _ = Duration.Parse(text, "a")),
        ["CPUs"] = (["0-3,8", "0", "0-7:2"], text => _ = CpuList.Parse(text, "a")),
        ["addresses"] = (["127.0.0.2-127.0.0.33", "::1", "any"], text => _ = AddressSet.Parse(text, "a")),
        ["bind runs"] = (["EADDRINUSE:12@3.4;bound:1@5"], text => _ = BindRun.Parse(text)),
        ["verdict"] = (["client-saturated;cpu-speed", ""], text => _ = Verdict.Parse(text)),
        ["service time"] = (["50us", "50us:exp", "1ms:wait:pareto"], text => _ = ServiceTime.Parse(text, "a")),
        ["succession"] = (["reuseport-drain"], text => _ = Succession.Parse(text)),
        ["order to reload"] = (["reload hup frozen 250", "reload usr1 times 3 500"], text => _ = ReloadOrder.Parse(text)),
        ["settings"] = (["churn:8", "keepalive", "epoll-exclusive", "64", "on", "fixed:8"], SetEach),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-fuzz-").FullName;

    public static TheoryData<string> TextNames => [.. Texts.Keys];

    public static TheoryData<string> TableNames =>
        [.. Tables.All.Select(t => t.FileName).Where(name => File.Exists(Path.Combine(Repository.RunOfVersion1, name)))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(TextNames))]
    public void A_text_is_a_value_or_refused(string name)
    {
        (string[] samples, Action<string> read) = Texts[name];
        new Mutations(4, [.. samples.Select(Encoding.UTF8.GetBytes)])
            .Try(500, (input, _) => read(Encoding.UTF8.GetString(input)), typeof(UsageException), typeof(FormatException));
    }

    [Fact]
    public void A_manifest_is_one_or_refused()
    {
        byte[] manifest = File.ReadAllBytes(Path.Combine(Repository.RunOfVersion1, RunFiles.Manifest));
        byte[] present = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(manifest).Replace("\"schema_version\": 1", $"\"schema_version\": {Schema.Version}", StringComparison.Ordinal));
        new Mutations(5, manifest, present).Try(200, (input, random) =>
        {
            File.WriteAllBytes(Path.Combine(_folder, RunFiles.Manifest), input);
            RunManifest read = RunManifestFile.Read(_folder);
            Assert.InRange(read.Cells.Sum(c => (long)c.Repeats), 0, RunLimits.Measurements);
            foreach (PlannedCell cell in read.Cells)
            {
                Restore(cell);
            }
        },
        typeof(UsageException));
    }

    [Theory]
    [MemberData(nameof(TableNames))]
    public void A_table_is_one_or_refused(string name)
    {
        ITable table = Tables.All.Single(t => t.FileName == name);
        byte[] whole = File.ReadAllBytes(Path.Combine(Repository.RunOfVersion1, name));
        byte[] few = Encoding.UTF8.GetBytes(string.Concat(Encoding.UTF8.GetString(whole).Split('\n').Take(4).Select(line => line + "\n")));
        new Mutations(6, few).Try(200, (input, random) =>
        {
            File.WriteAllBytes(Path.Combine(_folder, name), input);
            _ = table.Rows(_folder).Count();
        },
        typeof(UsageException));
    }

    private static void Restore(PlannedCell cell)
    {
        try
        {
            CellSettings.Restore(cell.Settings).Validate();
        }
        catch (UsageException)
        {
            // What the caller knows.
        }
    }

    private static void SetEach(string text)
    {
        foreach (Setting setting in CellSettings.All)
        {
            try
            {
                setting.Set(Cell.Blank, text).Validate();
            }
            catch (UsageException)
            {
                // What the caller knows.
            }
        }
    }
}
