using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Tests;

/// <summary>What holds for every setting there is; a new one is held to it without a line here.</summary>
public sealed class CellSettingsTests
{
    /// <summary>A restart, so that every setting has something to be set in.</summary>
    private static readonly Cell Blank = Cell.Blank with { Restart = new RestartSettings() };

    public static TheoryData<string> Keys => [.. CellSettings.All.Select(s => s.Key)];

    public static TheoryData<string> KeysOfCells => [.. CellSettings.OfCells.Select(s => s.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_value_comes_back_from_its_text_and_from_its_column(string key)
    {
        Setting setting = CellSettings.Find(key)!;
        Cell changed = setting.Set(Blank, Another(setting));
        Assert.NotEqual(Blank, changed);
        Assert.Equal(changed, setting.Set(Blank, setting.Get(changed)!));
        Assert.Equal(changed, setting.FromColumn(Blank, setting.ToColumn(changed)));
        Assert.Equal(Blank, setting.FromColumn(Blank, setting.ToColumn(Blank)));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_reset_takes_a_value_back(string key)
    {
        Setting setting = CellSettings.Find(key)!;
        Assert.Equal(Blank, setting.Reset(setting.Set(Blank, Another(setting))));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_value_that_is_none_is_refused_in_one_line_that_names_the_setting(string key)
    {
        Setting setting = CellSettings.Find(key)!;
        if (setting.Key is "path" or "worker_header" or "server" or "server_mode" or "server_reload")
        {
            // Any text is read; what it may hold is for the check of the whole.
            return;
        }

        string message = Assert.Throws<UsageException>(() => setting.Set(Blank, "§")).Message;
        Assert.DoesNotContain('\n', message);
        Assert.Contains("§", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(KeysOfCells))]
    public void Another_value_makes_another_cell_and_the_default_makes_none(string key)
    {
        Setting setting = CellSettings.Find(key)!;
        Assert.NotEqual(Blank.Id, setting.Set(Blank, Another(setting)).Id);
        Assert.Equal(Blank.Id, setting.Set(Blank, setting.Default ?? "").Id);
    }

    [Fact]
    public void What_belongs_to_a_host_or_a_process_makes_no_other_cell() => Assert.All(
        CellSettings.All.Where(s => !s.IsOfCells), s => Assert.Equal(Blank.Id, s.Set(Blank, Another(s)).Id));

    [Theory]
    [InlineData("20us", 20, ServiceKind.Work, ServiceSpread.Constant, "20us")]
    [InlineData("20us:exp", 20, ServiceKind.Work, ServiceSpread.Exponential, "20us:exp")]
    [InlineData("20us:cpu", 20, ServiceKind.Cpu, ServiceSpread.Constant, "20us:cpu")]
    [InlineData("1ms:cpu:exp", 1000, ServiceKind.Cpu, ServiceSpread.Exponential, "1ms:cpu:exp")]
    [InlineData("1ms:exp:cpu", 1000, ServiceKind.Cpu, ServiceSpread.Exponential, "1ms:cpu:exp")]
    [InlineData("5ms:wait", 5000, ServiceKind.Wait, ServiceSpread.Constant, "5ms:wait")]
    [InlineData("1ms:bimodal", 1000, ServiceKind.Work, ServiceSpread.Bimodal, "1ms:bimodal")]
    [InlineData("1ms:pareto:wait", 1000, ServiceKind.Wait, ServiceSpread.Pareto, "1ms:wait:pareto")]
    [InlineData("29ms:pareto", 29_000, ServiceKind.Work, ServiceSpread.Pareto, "29ms:pareto")]
    public void A_service_time_has_a_mean_a_kind_and_a_spread(string text, double us, ServiceKind kind, ServiceSpread spread, string written)
    {
        ServiceTime time = ServiceTime.Parse(text, "service-time");
        Assert.Equal((us, kind, spread, written), (time.Mean.Microseconds, time.Kind, time.Spread, time.ToString()));
        Assert.Equal(kind == ServiceKind.Work, time.IsWork);
        Assert.Equal(time, ServiceTime.Parse(written, "service-time"));
    }

    [Theory]
    [InlineData("20us:exp:exp", "is not a service time")]
    [InlineData("20us:cpu:cpu", "is not a service time")]
    [InlineData("20us:cpu:wait", "is not a service time")]
    [InlineData("20us:exp:pareto", "is not a service time")]
    [InlineData("20us:bimodal:wait:bimodal", "is not a service time")]
    [InlineData(":cpu", "is not a service time")]
    [InlineData(":wait", "is not a service time")]
    [InlineData("11s", "is not a service time")]
    [InlineData("2s:bimodal", "take 5.5 times the mean, and none may take longer than 10s; use a mean of at most 1818ms")]
    [InlineData("30ms:wait:pareto", "take 344.2 times the mean, and none may take longer than 10s; use a mean of at most 29ms")]
    public void What_is_no_service_time_is_refused(string text, string says)
    {
        UsageException refused = Assert.Throws<UsageException>(() => ServiceTime.Parse(text, "service-time"));
        Assert.StartsWith("service-time: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(text, refused.Message, StringComparison.Ordinal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_settings_share_a_key_a_column_or_an_option_of_one_command()
    {
        Assert.Distinct(CellSettings.All.Select(s => s.Key));
        Assert.Distinct(CellSettings.All.Select(s => s.Column));
        Assert.Distinct(CellSettings.OfServer.Select(s => s.Option));
        Assert.Distinct(CellSettings.OfLoad.Select(s => s.Option));
    }

    [Fact]
    public void Every_setting_says_what_it_means_and_a_duration_has_its_unit() => Assert.All(CellSettings.All, s =>
    {
        Assert.NotEmpty(s.Help);
        Assert.NotEmpty(s.Value);
        Assert.Matches("^[a-z]+(_[a-z]+)*$", s.Key);
        Assert.Equal(s.Value == "DURATION" ? "ms" : s.Key == "rate" ? "rps" : "", s.Unit);
    });

    [Fact]
    public void A_label_that_has_words_for_a_value_has_them_for_another_than_the_default() => Assert.All(
        CellSettings.OfCells.Where(s => s.Words is not null), s =>
            Assert.Contains(s.Choices.Count > 0 ? s.Choices : [Another(s)], v => v != s.Default && s.Say(v).Length > 0));

    [Fact]
    public void A_cell_comes_back_from_its_description()
    {
        Cell changed = CellSettings.OfCells.Aggregate(Blank, (cell, setting) => setting.Set(cell, Another(setting)));
        Assert.Equal(changed, CellSettings.Restore(CellSettings.Describe(changed)));
    }

    [Fact]
    public void The_arguments_name_every_setting_of_their_list()
    {
        // What is in proportion to a worker or a capacity is counted out before a child is told.
        Cell changed = CellSettings.OfServer.Concat(CellSettings.OfLoad).Aggregate(Blank, (cell, setting) => setting.Set(cell, Another(setting)));
        foreach (IReadOnlyList<Setting> list in (IReadOnlyList<Setting>[])[CellSettings.OfServer, CellSettings.OfLoad])
        {
            string[] arguments = [.. CellSettings.ToArguments(list, changed)];
            Assert.Equal(list.Select(s => $"--{s.Option}"), arguments.Where((_, i) => i % 2 == 0));
            Assert.Equal(list.Select(s => s.Get(changed)), arguments.Where((_, i) => i % 2 == 1));
        }
    }

    /// <summary>A value of the setting that is not its default, by the kind that help shows.</summary>
    internal static string Another(Setting setting) => setting.Value switch
    {
        _ when setting.Choices.Count > 0 => setting.Choices.Last(c => c != setting.Default),
        "N" => setting.Default is { } number ? $"{ulong.Parse(number) + 3}" : "3",
        "DURATION" or "DURATION[:KIND][:SPREAD]" => "1234567us",
        "ADDRESS" => "127.0.0.5",
        "ADDRESSES" => "127.0.0.2-127.0.0.9",
        "PORT" => "8080",
        "LIST" => "1-3",
        "PLAN" => "stride:7",
        "PATH" => "/x",
        "HOSTS" => "2",
        "HEADERS" => "Host: example.org | X-Test: 1",
        "NAME" => "other-name",
        "LOW-HIGH" => "2000-3000",
        "connect|keepalive|churn:N" => "churn:5",
        _ => throw new InvalidOperationException($"{setting.Key}: no other value is known of kind {setting.Value}"),
    };
}
