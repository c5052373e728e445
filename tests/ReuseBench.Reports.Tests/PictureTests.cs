namespace ReuseBench.Reports.Tests;

/// <summary>Writes the synthetic runs where a person can look at them: set REUSEBENCH_PICTURES to a folder.</summary>
public sealed class PictureTests
{
    [Theory]
    [InlineData("full")]
    [InlineData("smoke")]
    [InlineData("all-invalid")]
    [InlineData("empty")]
    [InlineData("series-2")]
    [InlineData("series-4")]
    [InlineData("series-20")]
    public void Reports_for_looking_at_are_written_on_request(string name)
    {
        string? folder = Environment.GetEnvironmentVariable("REUSEBENCH_PICTURES");
        Assert.SkipWhen(folder is null, "set REUSEBENCH_PICTURES to a folder to have the synthetic reports written there");

        string path = Path.Combine(folder!, name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        using RunFolder run = RunFolder.Kept(path);
        Action<RunFolder> fill = name switch
        {
            "full" => SyntheticRuns.Full,
            "smoke" => SyntheticRuns.Smoke,
            "all-invalid" => SyntheticRuns.AllInvalid,
            _ when name.StartsWith("series-", StringComparison.Ordinal) =>
                r => ChartRuns.Of(r, int.Parse(name["series-".Length..], System.Globalization.CultureInfo.InvariantCulture)),
            _ => _ => { }
            ,
        };
        fill(run);
        run.Write();
        Assert.True(File.Exists(Report.Write(run.Path, TextWriter.Null).Html));
    }
}
