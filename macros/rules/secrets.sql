{#- A text, JSON or not, whole or cut, with [secret] in place of all that looks like one: values of fields with such a name, at any depth and
    in lists; {"name": "password", "value": ...}; passwords in addresses and connection strings; PEM blocks; known shapes of tokens; JSON
    inside a string. What is hidden in vain is better than what is shown. Names of fields stay.

    A quote or backslash that is escaped is one character meanwhile, so that a quote always ends a string. -#}
{% macro without_secrets(text) -%}
    {%- set one_line -%}
        replace(replace(replace({{ text }}, chr(10), ' '), chr(13), ' '), chr(9), ' ')
    {%- endset -%}
    {%- set pieces -%}
        replace(replace(replace({{ one_line }}, chr(92) || chr(92), chr(2)), chr(92) || '"', chr(1)), chr(92) || '/', '/')
    {%- endset -%}
    {%- set ns = namespace(sql=pieces) -%}
    {%- for pattern, replacement in fivetran_logs.secret_patterns() -%}
        {%- set ns.sql = fivetran_logs.regexp_replace_all(ns.sql, pattern, replacement) -%}
    {%- endfor -%}
    case when {{ text }} is not null then replace(replace({{ ns.sql }}, chr(1), chr(92) || '"'), chr(2), chr(92) || chr(92)) end
{%- endmacro %}


{#- (pattern, replacement) in the order in which they apply. A group is counted by its bracket, since not all engines have others. -#}
{% macro secret_patterns() -%}
    {%- set parts = [
        'passw', 'passphrase', 'passcode', 'pwd', 'secret', 'token', 'credential', 'bearer', 'cookie', 'oauth', 'authorization',
        'connection_string', 'connect_string', 'conn_str', 'jdbc', 'keytab', 'keystore', 'truststore', 'certificate', 'signature',
        'assertion', 'jwt', 'hmac', 'api_key', 'access_key', 'private_key', 'account_key', 'encryption_key', 'signing_key', 'ssh_key',
        'shared_key', 'storage_key', 'master_key', 'service_key', 'client_key', 'consumer_key', 'license_key', 'key_json', 'key_file',
        'function_key', 'sas_url', 'sas_uri', 'shared_access', 'access_code', 'auth_code', 'service_account_json', 'creds', 'passkey',
        'priv_key', 'prv_key', 'app_key', 'auth_key', 'aes_key', 'rsa_key', 'pkcs', 'mnemonic', 'totp', 'security_code', 'unlock_code',
        'webhook_url', 'kennwort', 'mot_de_passe', 'contrase',
    ] -%}
    {%- set words = ['pass', 'pw', 'auth', 'sas', 'pem', 'pin', 'sig', 'dsn', 'otp', 'cert', 'pat', 'nonce', 'salt', 'psk', 'mfa',
        'cred', 'psw', 'pfx', 'p12', 'jks', 'clave'] -%}
    {%- set part = '(' ~ fivetran_logs.any_case(parts) ~ ')' -%}
    {%- set capitals = [] -%}
    {%- for word in words -%}{%- do capitals.append(word | capitalize) -%}{%- do capitals.append(word | upper) -%}{%- endfor -%}
    {%- set name = '([^"]*' ~ part ~ '[^"]*|([^"]*[^a-zA-Z"])?(' ~ fivetran_logs.any_case(words) ~ ')([^a-zA-Z"][^"]*)?|[^"]*[a-z]('
        ~ capitals | join('|') ~ ')([^a-z"][^"]*)?|[kK][eE][yY])' -%}
    {%- set classes = fivetran_logs.bracket_classes().split(' ') -%}
    {%- set b = {'all': classes[0], 'opening': classes[1], 'closing': classes[2]} -%}
    {%- set scalar = '("[^"]*"?|[^' ~ b.all ~ ', ]+)' -%}
    {#- five groups -#}
    {%- set nested = namespace(pattern=b.opening ~ '([^' ~ b.all ~ ']|"[^"]*")*' ~ b.closing) -%}
    {%- for level in range(4) -%}
        {%- set nested.pattern = b.opening ~ '([^' ~ b.all ~ ']|"[^"]*"|' ~ nested.pattern ~ ')*' ~ b.closing -%}
    {%- endfor -%}
    {%- set hidden = '\\1"[secret]"' -%}
    {%- set field = '("' ~ name ~ '" *: *)' -%}
    {%- set of_name = '("[^"]*" *: *"' ~ name ~ '" *,[^{}]*"[^"]*[vV]alue[^"]*" *: *)' -%}
    {%- set values = '("[^"]*[vV]alue[^"]*" *: *)' -%}
    {%- set with_name = '( *,[^{}]*"[^"]*" *: *"' ~ name ~ '")' -%}
    {%- set eight = '[A-Za-z0-9_.-]' * 8 ~ '+' -%}
    {%- set eight_of_base64 = '[A-Za-z0-9+/=_.-]' * 8 ~ '+' -%}
    {{- return([
        (of_name ~ nested.pattern, hidden),
        (of_name ~ b.opening ~ '.*', hidden),
        (of_name ~ scalar, hidden),
        (values ~ nested.pattern ~ with_name, '\\1"[secret]"\\7'),
        (values ~ '"[^"]*"' ~ with_name, '\\1"[secret]"\\2'),
        (field ~ nested.pattern, hidden),
        (field ~ b.opening ~ '.*', hidden),
        (field ~ scalar, hidden),
        ('(' ~ part ~ '[^":]*:|"[^"]*([^a-zA-Z"](' ~ fivetran_logs.any_case(words + ['key']) ~ ')|[a-z](' ~ capitals | join('|') ~ '))[^a-zA-Z":]+:)[^"]*', '\\1[secret]'),
        ('(<[^<>"]*' ~ part ~ '[^<>"]*>|-[a-zA-Z-]*' ~ part ~ '[a-zA-Z-]* +|hooks[.]slack[.]com[/]|[wW]ebhook[a-zA-Z0-9]*[/])[^"<]*', '\\1[secret]'),
        ('(:[/][/][^/@:" ]*:)[^" ]*@', '\\1[secret]@'),
        ('(:[/][/])' ~ '[^/@:" ]' * 20 ~ '[^/@:" ]*@', '\\1[secret]@'),
        ('((' ~ fivetran_logs.any_case(parts + ['sig', 'pass', 'pat']) ~ ')[a-zA-Z0-9_]* *= *|[?&](' ~ fivetran_logs.any_case(['key', 'code']) ~ ')=)[^;&"]*', '\\1[secret]'),
        ('-----BEGIN [^"]*', '[secret]'),
        ('([bB][eE][aA][rR][eE][rR] +|[bB][aA][sS][iI][cC] +)' ~ eight_of_base64, '\\1[secret]'),
        ('(AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|[rs]k_(live|test)_|whsec_|shp(at|ss|ca|pa)_|sk-|pat-[a-z][a-z][0-9]-|dapi[0-9a-f]|GOCSPX-|ya29[.]|AIza|eyJ)' ~ eight, '[secret]'),
    ]) -}}
{%- endmacro %}

{#- Words as one pattern in any case; an underscore stands for any separator or none: api_key is apiKey, API-Key and apikey. -#}
{% macro any_case(words) -%}
    {%- set patterns = [] -%}
    {%- for word in words -%}
        {%- set letters = [] -%}
        {%- for letter in word -%}
            {%- do letters.append('[^a-zA-Z0-9"]*' if letter == '_' else '[' ~ letter ~ letter | upper ~ ']') -%}
        {%- endfor -%}
        {%- do patterns.append(letters | join) -%}
    {%- endfor -%}
    {{- return(patterns | join('|')) -}}
{%- endmacro %}

{#- How a pattern spells, within a class: all of brackets, braces and quotes; and as classes: what opens and what closes. -#}
{% macro bracket_classes() %}{{- adapter.dispatch('bracket_classes', 'fivetran_logs')() -}}{% endmacro %}

{% macro default__bracket_classes() -%}
    ][{}" [{[] []}]
{%- endmacro %}

{#- A bracket within a class needs a backslash there, which its literals want twice. -#}
{% macro spark__bracket_classes() -%}
    \\]\\[{}" [{\\[] [\\]}]
{%- endmacro %}
