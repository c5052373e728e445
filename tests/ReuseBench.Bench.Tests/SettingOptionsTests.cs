using System.CommandLine;
using ReuseBench.Bench.Cli;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Tests;

public sealed class SettingOptionsTests
{
    /// <summary>That a text comes back from its setting is held in the Core room; here, that every setting is an option and is read.</summary>
    [Fact]
    public void Every_setting_of_a_command_comes_back_from_its_option()
    {
        foreach (IReadOnlyList<Setting> list in (IReadOnlyList<Setting>[])[CellSettings.OfServer, CellSettings.OfLoad])
        {
            Cell cell = list.Where(s => s.Value == "N").Aggregate(Cell.Blank, (c, s) => s.Set(c, "7"));
            Assert.Equal(cell, Read(list, [.. CellSettings.ToArguments(list, cell)]));
        }
    }

    [Fact]
    public void Defaults_need_no_arguments() => Assert.Equal(Cell.Blank, Read(CellSettings.OfServer, []));

    [Theory]
    [InlineData("--variant", "sharde", "variant: 'sharde' is unknown; did you mean 'shared'? Use one of single, shared, reuseport, inherited, restart")]
    [InlineData("--workers", "two", "workers: 'two' is not a whole number")]
    [InlineData("--bind", "localhost", "bind: 'localhost' is not an IP address")]
    [InlineData("--service-time", "5", "service-time: '5' is not a service time")]
    [InlineData("--reuseaddr", "yes", "reuseaddr: 'yes' is unknown; use on or off")]
    public void A_value_that_is_none_is_named_with_what_is_allowed(string option, string value, string says) =>
        Assert.StartsWith(says, Assert.Throws<UsageException>(() => Read(CellSettings.OfServer, [option, value])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("accept: has no effect here, since only shared has workers that wait on one listener", "--variant", "single", "--accept", "blocking")]
    [InlineData("restart-every: has no effect here", "--restart-every", "1s")]
    public void An_option_without_effect_is_refused(string says, params string[] arguments)
    {
        SettingOptions options = new(CellSettings.OfServer);
        ParseResult result = Parse(options, arguments);
        UsageException e = Assert.Throws<UsageException>(() => options.RequireEffects(result, options.Read(result)));
        Assert.StartsWith(says, e.Message, StringComparison.Ordinal);
    }

    private static Cell Read(IReadOnlyList<Setting> settings, string[] arguments)
    {
        SettingOptions options = new(settings);
        return options.Read(Parse(options, arguments));
    }

    private static ParseResult Parse(SettingOptions options, string[] arguments)
    {
        Command command = new("x");
        options.AddTo(command);
        ParseResult result = command.Parse(arguments);
        Assert.Empty(result.Errors);
        return result;
    }
}
