<#
.SYNOPSIS
Makes network namespaces for a server and its clients, joined by veth pairs, and removes them.

.DESCRIPTION
For runs that are to leave loopback: PREFIX-server and PREFIX-client-1, -2 and so on, each client with a link of its own. Link K is
10.77.K.0/24: the server has 10.77.K.1, the client 10.77.K.2 and as many more addresses as were asked for. The host's settings for
queues, ports and TIME_WAITs are copied in, because a new namespace starts with the kernel's defaults.

-Remove deletes the namespaces that this script made with that prefix, and no others: each bears a mark on its loopback interface.
Nothing outlives a reboot. Needs root, `ip` (iproute2) and `sysctl` (procps).

.PARAMETER Prefix
What the names begin with, reusebench by default.

.PARAMETER Clients
Client namespaces, 1 to 250; 1 by default.

.PARAMETER AddressesPerClient
Addresses of each client, 1 to 250; 1 by default. Each gives a client another range of ports to connect from.

.PARAMETER Remove
Remove them again.

.PARAMETER Unknown
Not to be given: what is no argument ends up here, and is refused.

.PARAMETER WhatIf
Say what would be done, and change nothing.

.EXAMPLE
sudo pwsh scripts/lab-namespaces.ps1 -Clients 2 -AddressesPerClient 8

.EXAMPLE
sudo ip netns exec reusebench-server dotnet reusebench.dll serve --variant reuseport --workers 4 --bind 10.77.1.1 --port 8080

.EXAMPLE
sudo pwsh scripts/lab-namespaces.ps1 -Remove
#>
#Requires -Version 7.3
[CmdletBinding(SupportsShouldProcess, PositionalBinding = $false)]
param(
    [string] $Prefix = 'reusebench',
    [string] $Clients = '1',
    [string] $AddressesPerClient = '1',
    [switch] $Remove,
    [Parameter(ValueFromRemainingArguments, DontShow)] [object[]] $Unknown
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$mark = 'reusebench-lab-namespaces'
$copied = 'net/core/somaxconn', 'net/ipv4/tcp_max_syn_backlog', 'net/ipv4/ip_local_port_range', 'net/ipv4/tcp_max_tw_buckets'

function Stop-Script([string] $sentence, [int] $code = 2) {
    [Console]::Error.WriteLine("lab-namespaces.ps1: $sentence")
    exit $code
}

function Get-Count([string] $text, [string] $option) {
    $count = 0
    if (-not [int]::TryParse($text, [ref] $count) -or $count -lt 1 -or $count -gt 250) {
        Stop-Script "$option '$text' is not a whole number from 1 to 250 (a link is a /24 network)"
    }

    $count
}

# Runs `ip` with these words. Its messages become the exception's.
function Invoke-Ip {
    $said = ip @args 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw [System.InvalidOperationException]::new("'ip $($args -join ' ')' failed: $($said -join ' ')")
    }

    $said
}

function Get-ServerName {
    "$Prefix-server"
}

function Get-ClientName([int] $client) {
    "$Prefix-client-$client"
}

function Test-Namespace([string] $name) {
    [System.IO.File]::Exists("/run/netns/$name")
}

function Test-Ours([string] $name) {
    "$(Invoke-Ip -n $name -o link show dev lo)" -cmatch "alias $mark( |\\|$)"
}

function Find-Namespaces {
    if ([System.IO.Directory]::Exists('/run/netns')) {
        $pattern = "^$([regex]::Escape($Prefix))-(server|client-\d+)$"
        [System.IO.Directory]::GetFiles('/run/netns') | ForEach-Object { [System.IO.Path]::GetFileName($_) } | Where-Object { $_ -cmatch $pattern }
    }
}

# The mark comes first: whatever fails later, -Remove knows the namespace.
function New-Namespace([string] $name) {
    Invoke-Ip netns add $name
    Invoke-Ip -n $name link set dev lo alias $mark
    Invoke-Ip -n $name link set dev lo up
    foreach ($setting in $copied) {
        Invoke-Ip netns exec $name sysctl --quiet --write "$setting=$([System.IO.File]::ReadAllText("/proc/sys/$setting").TrimEnd("`n"))"
    }
}

function Connect-Client([int] $client, [int] $addresses) {
    $server = Get-ServerName
    $name = Get-ClientName $client
    Invoke-Ip link add name "client$client" netns $server type veth peer name server netns $name
    Invoke-Ip -n $server address add "10.77.$client.1/24" dev "client$client"
    foreach ($number in 2..($addresses + 1)) {
        Invoke-Ip -n $name address add "10.77.$client.$number/24" dev server
    }

    Invoke-Ip -n $server link set dev "client$client" up
    Invoke-Ip -n $name link set dev server up
}

function Remove-Namespaces([string[]] $names) {
    foreach ($name in $names) {
        Invoke-Ip netns delete $name
    }
}

function New-Lab([int] $clients, [int] $addresses) {
    $names = @(Get-ServerName) + @(1..$clients | ForEach-Object { Get-ClientName $_ })
    $taken = @($names | Where-Object { Test-Namespace $_ })
    if ($taken.Count -gt 0) {
        Stop-Script "network namespace $($taken[0]) is there already; remove it with -Remove, or choose another -Prefix"
    }

    $lines = @("make network namespace $(Get-ServerName)") + @(1..$clients | ForEach-Object {
            "make network namespace $(Get-ClientName $_), 10.77.$_.2 to 10.77.$_.$($addresses + 1), linked to $(Get-ServerName), 10.77.$_.1"
        })
    if (-not $PSCmdlet.ShouldProcess($lines -join "`n", '', '')) {
        return
    }

    try {
        $names | ForEach-Object { New-Namespace $_ }
        1..$clients | ForEach-Object { Connect-Client $_ $addresses }
    }
    catch {
        Remove-Namespaces @($names | Where-Object { Test-Namespace $_ })
        Stop-Script "$($_.Exception.Message); what was made is removed again; it needs root (sudo pwsh ...) and a kernel with veth" 1
    }

    $lines -replace '^make ', 'made '
    "a command inside: ip netns exec $(Get-ServerName) COMMAND"
}

function Remove-Lab {
    $names = @(Find-Namespaces | Where-Object { Test-Ours $_ })
    if ($names.Count -eq 0) {
        "no network namespace of this script with prefix '$Prefix'"
        return
    }

    foreach ($name in $names) {
        $inside = @(Invoke-Ip netns pids $name)
        if ($inside.Count -gt 0) {
            Stop-Script "processes are still in ${name}: $($inside -join ', '); end them, then call again"
        }
    }

    foreach ($name in $names) {
        if ($PSCmdlet.ShouldProcess("remove network namespace $name", '', '')) {
            Remove-Namespaces $name
            "removed network namespace $name"
        }
    }
}

if ($Unknown) {
    Stop-Script "'$($Unknown[0])' is not an argument; there are -Prefix NAME, -Clients N, -AddressesPerClient N, -Remove and -WhatIf (Get-Help scripts/lab-namespaces.ps1)"
}

if ($Prefix -cnotmatch '^[A-Za-z][A-Za-z0-9-]{0,31}$') {
    Stop-Script "-Prefix '$Prefix' is not a name: a letter, then at most 31 letters, digits and dashes"
}

$clientCount = Get-Count $Clients '-Clients'
$addressCount = Get-Count $AddressesPerClient '-AddressesPerClient'
foreach ($tool in @{ Name = 'ip'; Package = 'iproute2' }, @{ Name = 'sysctl'; Package = 'procps' }) {
    if (-not (Get-Command -Name $tool.Name -CommandType Application -ErrorAction Ignore)) {
        Stop-Script "no $($tool.Name) command found; install $($tool.Package)"
    }
}

try {
    if ($Remove) {
        Remove-Lab
    }
    else {
        New-Lab $clientCount $addressCount
    }
}
catch [System.InvalidOperationException] {
    Stop-Script "$($_.Exception.Message); it needs root (sudo pwsh ...)" 1
}

exit 0
